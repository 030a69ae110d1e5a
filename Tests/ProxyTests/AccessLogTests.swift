import Glibc
import Telemetry
import Testing

/// One line an exchange, through the real writer to a file.
@Suite struct AccessLogTests {
  private func lines(_ format: String, to port: UInt16, rule: String = "", _ talk: (TestProxy) throws -> Void)
    throws
    -> [String]
  {
    let logged = try LoggedProxy(format: format) { log in
      try TestProxy(
        """
        routes:
        - {name: all, hostnames: [a], rules: [{name: main, backendRefs: [{name: origin}]\(rule.isEmpty ? "" : ", " + rule)}]}
        services: [{name: origin, endpoints: ["127.0.0.1:\(port)"]}]
        tracing: {propagation: [], sampling: 0%}
        """, accessLog: log)
    }
    try talk(logged.proxy)
    #expect(eventually { logged.proxy.leaks.isEmpty })
    return logged.end()
  }

  @Test func jsonSaysWhereARequestWent() throws {
    let origin = Origin { "HTTP/1.1 201 Created\r\nContent-Length: 5\r\n\r\nhell\($0.text.prefix(1))" }
    let lines = try lines("json", to: origin.port) { proxy in
      _ = try proxy.connect().exchange(
        "POST /a%2e?x=\"y HTTP/1.1\r\nHost: a\r\nUser-Agent: t\\1\r\nContent-Length: 3\r\n\r\nohh".replacing(
          "\"", with: ""))
    }
    #expect(lines.count == 1)
    let line = lines.first ?? ""
    for part in [
      "\"method\":\"POST\"", "\"path\":\"/a%2e?x=y\"", "\"protocol\":\"HTTP/1.1\"", "\"authority\":\"a\"",
      "\"user_agent\":\"t\\\\1\"",
      "\"status\":201", "\"flags\":null", "\"reason\":null", "\"attempts\":1", "\"bytes_received\":3",
      "\"bytes_sent\":5",
      "\"route\":\"all\"", "\"rule\":\"main\"", "\"service\":\"origin\"",
      "\"endpoint\":\"127.0.0.1:\(origin.port)\"",
      "\"trace_id\":", "\"peer\":\"127.0.0.1:", "\"x_forwarded_for\":\"127.0.0.1\"", "\"duration_ms\":",
      "\"waiting_ms\":",
      "\"connecting_ms\":", "\"upstream_ms\":", "\"backoff_ms\":0.000",
    ] {
      #expect(line.contains(part), "\(part) in \(line)")
    }
  }

  /// Whoever wonders which tunnels stall wants to know where they led.
  @Test func aStalledTunnelNamesItsEndpoint() throws {
    let origin = TunnelTests.echo()
    let logged = try LoggedProxy(format: "%UPSTREAM_HOST% %RESPONSE_CODE% %RESPONSE_CODE_DETAILS%") { log in
      try TestProxy(to: origin.port, settings: "timeouts: {tunnelIdle: 100ms}", accessLog: log)
    }
    let client = try logged.proxy.connect()
    try client.send(TunnelTests.ask)
    #expect(throws: Wire.Broken.read(ECONNRESET)) { while true { _ = try client.readSome() } }
    #expect(eventually { logged.proxy.leaks.isEmpty })
    #expect(logged.end() == ["127.0.0.1:\(origin.port) 101 idle_timeout"])
  }

  /// An answer that ends with its head closes its stream of HTTP/2 at once: that is no client who has left.
  @Test func anAnswerWithoutABodyIsWhole() throws {
    let origin = Origin { _ in "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n" }
    let logged = try LoggedProxy(format: "%RESPONSE_CODE% %RESPONSE_CODE_DETAILS%") { log in
      try TestProxy(
        """
        routes: [{name: all, rules: [{backendRefs: [{name: origin}]}]}]
        services: [{name: origin, endpoints: ["127.0.0.1:\(origin.port)"]}]
        """, accessLog: log)
    }
    let client = try logged.proxy.connectHTTP2()
    for method in ["GET", "HEAD"] { #expect(try client.exchange(method).status == 200) }
    #expect(eventually { logged.proxy.leaks.isEmpty })
    #expect(logged.end() == ["200 -", "200 -"])
  }

  /// A connection that never came about took its time, too.
  @Test func failedConnectsTookTheirTime() throws {
    let full = FullListener()
    let lines = try lines(
      "%DURATION% %CONNECTING_DURATION% %WAITING_DURATION%", to: full.port, rule: "timeouts: {request: 50ms}"
    ) { proxy in
      let answer = try proxy.connect().exchange(SpanTests.get)
      #expect(answer.status == 504)
    }
    let times = lines.first?.split(separator: " ").compactMap { Double($0) } ?? []
    #expect(times.count == 3 && Int(times[0]) == Int(times[1]) && times[2] == 0, "\(lines)")
  }

  /// What was waited, not what would have been.
  @Test func aBackOffThatTheClientDoesNotWaitForIsCounted() throws {
    let origin = RetryPolicyTests.unavailable(Notes(), fields: "Retry-After: 3\r\n")
    let lines = try lines("%DURATION% %BACKOFF_DURATION%", to: origin.port, rule: "retry: {on: [5xx]}") {
      proxy in
      let client = try proxy.connect()
      try client.send(SpanTests.get)
      #expect(eventually { proxy.service[.retries] == 1 })
      client.reset()
    }
    let times = lines.first?.split(separator: " ").compactMap { Double($0) } ?? []
    #expect(times.count == 2 && Int(times[1]) <= Int(times[0]), "\(lines)")
  }

  /// Refused before it was routed, it has its place in the trace nonetheless.
  @Test func whatGoesNowhereHasATrace() throws {
    let id = "4bf92f3577b34da6a3ce929d0e0e4736"
    let lines = try lines("%TRACE_ID% %RESPONSE_CODE%", to: Origin.closedPort()) { proxy in
      let client = try proxy.connect()
      let trace = "traceparent: 00-\(id)-00f067aa0ba902b7-01\r\n\r\n"
      _ = try client.exchange("GET /1 HTTP/1.1\r\nHost: other\r\n" + trace)
      _ = try client.exchange("GET /2 HTTP/1.1\r\nHost: other\r\n\r\n")
      _ = try client.exchange("GET /%00 HTTP/1.1\r\nHost: a\r\n" + trace)
      _ = try proxy.connect().exchange("GET /3 HTTP/1.1\r\nHost: a\r\nX : y\r\n" + trace)
    }
    #expect(lines.count == 4)
    guard lines.count == 4 else { return }
    #expect(lines[0] == "\(id) 404")
    #expect(lines[1].hasSuffix(" 404") && lines[1].count == id.count + 4)
    #expect(lines[2] == "\(id) 400")
    // No head, no trace.
    #expect(lines[3] == "- 400")
  }

  @Test func aReasonOfOurOwnIsNamed() throws {
    let lines = try lines("json", to: Origin.closedPort()) { proxy in
      let client = try proxy.connect()
      _ = try client.exchange("GET /1 HTTP/1.1\r\nHost: a\r\n\r\n")
      _ = try client.exchange("GET /2 HTTP/1.1\r\nHost: other\r\n\r\n")
      _ = try client.exchange("GET /3 HTTP/1.1\r\nHost: a\r\nX : y\r\n\r\n")
    }
    #expect(lines.count == 3)
    guard lines.count == 3 else { return }
    #expect(
      lines[0].contains(
        "\"status\":503,\"grpc_status\":null,\"flags\":\"UF\",\"reason\":\"connection_refused\",\"details\":\"connection refused by the endpoint\",\"attempts\":1"
      ))
    #expect(lines[1].contains("\"status\":404,\"grpc_status\":null,\"flags\":\"NR\",\"reason\":\"no_route\""))
    #expect(lines[1].contains("\"attempts\":0"))
    #expect(lines[1].contains("\"service\":null"))
    #expect(
      lines[2].contains(
        "\"status\":400,\"grpc_status\":null,\"flags\":\"DPE\",\"reason\":\"malformed_request\",\"details\":\"white space before a colon\""
      ))
  }

  /// Nothing of a head that was refused while it came can be pointed at, nor need it be.
  @Test(arguments: ["json", "text"]) func everyRefusedRequestHasALine(_ format: String) throws {
    for test in RefusalTests.cases {
      let lines = try lines(format, to: 9) { proxy in
        let client = try proxy.connect()
        try client.send(test.request)
        #expect(try client.readMessage().status == test.status, "\(test.name)")
      }
      #expect(lines.count == 1, "\(test.name)")
      #expect(lines.first?.contains("\(test.status)") == true, "\(test.name)")
    }
  }

  @Test func aRequestThatIsRefusedLateKeepsItsTarget() throws {
    let lines = try lines("%REQ(:METHOD)% %REQ(:PATH)% %REQ(X-A)% %RESPONSE_CODE%", to: 9) { proxy in
      let client = try proxy.connect()
      try client.send("GET /late HTTP/1.1\r\nHost: a\r\nX-A: 1\r\nX : y\r\n\r\n")
      _ = try client.readMessage()
    }
    #expect(lines == ["GET /late 1 400"])
  }

  @Test func attemptsAndBackOffAreCounted() throws {
    let count = Noted<Bool>()
    let origin = Origin { _ in
      count.note(true)
      return count.all.count < 3
        ? "HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n" : "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
    }
    let lines = try lines(
      "%RESPONSE_CODE% %UPSTREAM_REQUEST_ATTEMPT_COUNT% %RESPONSE_CODE_DETAILS% %RESPONSE_FLAGS%",
      to: origin.port,
      rule: "retry: {attempts: 2, on: [\"503\"], backoff: {base: 1ms, max: 1ms}}"
    ) { _ = try $0.connect().exchange("GET / HTTP/1.1\r\nHost: a\r\n\r\n") }
    #expect(lines == ["200 3 - -"])
  }

  @Test func exhaustedRetriesAreFlagged() throws {
    let origin = Origin { _ in "HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n" }
    let lines = try lines(
      "%RESPONSE_CODE% %UPSTREAM_REQUEST_ATTEMPT_COUNT% %RESPONSE_FLAGS%", to: origin.port,
      rule: "retry: {attempts: 1, on: [\"503\"], backoff: {base: 1ms, max: 1ms}}"
    ) { _ = try $0.connect().exchange("GET / HTTP/1.1\r\nHost: a\r\n\r\n") }
    #expect(lines == ["503 2 URX"])
  }

  @Test func textHasTheSame() throws {
    let origin = Origin(body: "hello")
    let lines = try lines("text", to: origin.port) { proxy in
      _ = try proxy.connect().exchange("GET /x HTTP/1.1\r\nHost: a\r\nUser-Agent: test\r\n\r\n")
    }
    let line = lines.first ?? ""
    for part in [
      "\"GET /x HTTP/1.1\" 200 - - 0 5 ",
      " attempts=1 route=all rule=main service=origin endpoint=127.0.0.1:\(origin.port) ",
      "\"127.0.0.1\" \"test\" \"", "waiting=", "connecting=", "upstream=", "backoff=0.000",
    ] {
      #expect(line.contains(part), "\(part) in \(line)")
    }
  }

  /// An exchange's line tells of that exchange, not of the one before that lent it its memory.
  @Test func nothingOfTheLastExchangeIsLeft() throws {
    let origin = Origin { _ in "HTTP/1.1 200 OK\r\nX-Answer: 1\r\nContent-Length: 5\r\n\r\nhello" }
    let format =
      "%REQ(:PATH)% %RESPONSE_CODE% %TRACE_ID% %ROUTE_NAME% %UPSTREAM_CLUSTER% %UPSTREAM_HOST% %RESP(X-ANSWER)% %REQ(X-A)% %BYTES_SENT%"
    let lines = try lines(format, to: origin.port) { proxy in
      let client = try proxy.connect()
      _ = try client.exchange("GET /1 HTTP/1.1\r\nHost: a\r\nX-A: 1\r\n\(TraceHeaderTests.parent)\r\n")
      _ = try client.exchange("HEAD /2 HTTP/1.1\r\nHost: other\r\n\r\n")
    }
    let endpoint = "127.0.0.1:\(origin.port)"
    #expect(lines.first == "/1 200 \(TraceHeaderTests.traceID) all origin \(endpoint) 1 1 5")
    #expect(lines.last?.hasPrefix("/2 404 ") == true && lines.last?.hasSuffix(" - - - - - 0") == true)
    #expect(lines.last?.contains(TraceHeaderTests.traceID) == false)
  }

  @Test func headersOfBothDirectionsCanBeLogged() throws {
    let origin = Origin { _ in "HTTP/1.1 200 OK\r\nX-Answer: yes\r\nContent-Length: 0\r\n\r\n" }
    let lines = try lines("%REQ(X-ASK?USER-AGENT):3% %RESP(X-ANSWER)% %RESP(X-NONE)% %%", to: origin.port) {
      proxy in
      _ = try proxy.connect().exchange("GET / HTTP/1.1\r\nHost: a\r\nUser-Agent: agent\r\n\r\n")
    }
    #expect(lines == ["age yes - %"])
  }

  @Test func aTunnelsLineHasItsBytes() throws {
    let origin = TunnelTests.echo()
    let lines = try lines(
      "%RESPONSE_CODE% %BYTES_RECEIVED% %BYTES_SENT% %RESPONSE_CODE_DETAILS%", to: origin.port
    ) { proxy in
      let client = try proxy.connect()
      try client.send(TunnelTests.ask)
      #expect(try client.readHead().status == 101)
      try client.send("12345")
      client.finish()
      #expect(try client.readToEnd() == "12345bye")
    }
    #expect(lines == ["101 5 8 -"])
  }

  @Test func thereIsOneForAllWorkers() throws {
    let origin = Origin(body: "hello")
    let logged = try LoggedProxy(format: "%RESPONSE_CODE%") { log in
      try TestProxy(to: origin.port, workers: 2, accessLog: log)
    }
    for _ in 0..<40 { #expect(try logged.proxy.get().text == "hello") }
    #expect(logged.end() == Array(repeating: "200", count: 40))
  }

  @Test func aTruncatedAnswerIsNamed() throws {
    let origin = UpstreamFailureTests.broken("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello")
    let lines = try lines("%RESPONSE_CODE% %RESPONSE_CODE_DETAILS% %BYTES_SENT%", to: origin.port) { proxy in
      let client = try proxy.connect()
      try client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
      _ = try? client.readMessage()
    }
    #expect(lines == ["200 upstream_truncated 5"])
  }

  @Test func aClientThatLeavesIsNamed() throws {
    let origin = Origin { wire, _ in
      _ = try wire.readMessage()
      _ = try wire.readToEnd()
    }
    let lines = try lines("%RESPONSE_CODE% %RESPONSE_CODE_DETAILS% %RESPONSE_FLAGS%", to: origin.port) {
      proxy in
      let client = try proxy.connect()
      try client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
      #expect(eventually { origin.connections == 1 })
      client.reset()
    }
    #expect(lines == ["- downstream_left DC"])
  }

  /// It was us who ended it, not the client.
  @Test func whatTheEndCutsOffIsNamed() throws {
    let origin = Origin { wire, _ in
      _ = try wire.readMessage()
      _ = try wire.readToEnd()
    }
    let logged = try LoggedProxy(format: "%RESPONSE_CODE% %RESPONSE_CODE_DETAILS% %RESPONSE_FLAGS%") { log in
      try TestProxy(
        """
        services: [{name: origin, endpoints: ["127.0.0.1:\(origin.port)"]}]
        routes: [{name: all, rules: [{backendRefs: [{name: origin}]}]}]
        """, accessLog: log)
    }
    let client = try logged.proxy.connect()
    try client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
    #expect(eventually { origin.connections == 1 })
    #expect(logged.end() == ["- draining LR"])
    client.end()
  }
}
