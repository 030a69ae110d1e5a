import Telemetry
import Testing

/// Endpoints that refuse, die, lie or break off: what the client sees, and that nothing broken is used again.
@Suite struct UpstreamFailureTests {
  static func broken(_ bytes: String) -> Origin {
    Origin { wire, _ in
      _ = try wire.readMessage()
      try wire.send(bytes)
    }
  }

  @Test func refusedIs503() throws {
    let proxy = try TestProxy(to: Origin.closedPort())
    let answer = try proxy.get()
    #expect(answer.status == 503)
    #expect(answer["proxy-status"]?.contains("connection_refused") == true)
  }

  @Test(arguments: [
    "", "HTT", "HTTP/1.1 200 OK\r\nContent-Le",
  ]) func endBeforeTheHeadIsCompleteIs502(_ bytes: String) throws {
    let origin = Self.broken(bytes)
    let proxy = try TestProxy(to: origin.port)
    let answer = try proxy.get()
    #expect(answer.status == 502)
    #expect(answer["proxy-status"]?.contains("connection_terminated") == true)
  }

  @Test(arguments: [
    "HELLO\r\n\r\n", "HTTP/1.1 99 x\r\n\r\n", "HTTP/1.1 abc\r\n\r\n", "HTTP/2 200 OK\r\n\r\n",
    "HTTP/1.1 200 OK\nContent-Length: 0\n\n",
    "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
    "HTTP/1.1 200 OK\r\nX: a\r\n b\r\nContent-Length: 0\r\n\r\n",
    "HTTP/1.1 200 OK\r\nX : a\r\nContent-Length: 0\r\n\r\n",
    "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n",
  ]) func nonsenseIs502(_ bytes: String) throws {
    let origin = Self.broken(bytes)
    let proxy = try TestProxy(to: origin.port)
    #expect(try proxy.get().status == 502)
  }

  @Test(arguments: [
    "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
  ]) func aTruncatedBodyReachesTheClientAsABrokenOne(_ bytes: String) throws {
    let origin = Self.broken(bytes)
    let proxy = try TestProxy(to: origin.port)
    let client = try proxy.connect()
    try client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
    #expect(throws: Wire.Broken.self) { _ = try client.readMessage() }
  }

  /// Nothing of the answer has left when the nonsense behind its head is read.
  @Test(arguments: ["zz\r\n", "5\r\nhello\r\nzz\r\n", "5\r\nhelloX", "0\r\n : x\r\n\r\n"])
  func nonsenseInTheSameReadAsTheHeadIs502(_ body: String) throws {
    let origin = Self.broken("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nX-Mine: 1\r\n\r\n\(body)")
    let proxy = try TestProxy(to: origin.port)
    let client = try proxy.connect()
    for _ in 0..<2 {
      let answer = try client.exchange("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
      #expect(answer.status == 502)
      #expect(answer["x-mine"] == nil)
      #expect(answer["proxy-status"]?.contains("http_protocol_error") == true)
    }
    #expect(eventually { proxy.leaks.isEmpty })
    #expect(proxy.metrics.service(named: "origin")?[.protocolErrors] == 2)
  }

  /// And the rule's policy may try again.
  @Test func suchNonsenseIsTriedAgain() throws {
    let origin = Origin { wire, number in
      _ = try wire.readMessage()
      let body = number == 0 ? "zz\r\n" : "2\r\nok\r\n0\r\n\r\n"
      try wire.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\(body)")
    }
    let proxy = try TestProxy(to: origin.port, rule: "retry: {attempts: 1, on: [reset]}")
    #expect(try proxy.get().text == "ok")
  }

  /// What has left cannot be taken back.
  @Test func nonsenseBehindWhatTheClientHasIsABrokenAnswer() throws {
    let go = Noted<Bool>()
    let origin = Origin { wire, _ in
      _ = try wire.readMessage()
      try wire.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n")
      if eventually({ !go.all.isEmpty }) { try wire.send("zz\r\n") }
    }
    let proxy = try TestProxy(to: origin.port)
    let client = try proxy.connect()
    try client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
    #expect(try client.readHead().status == 200)
    go.note(true)
    #expect(throws: Wire.Broken.self) { _ = try client.readToEnd() }
  }

  @Test func aBodyUntilTheEndIsChunkedForTheClient() throws {
    let origin = Self.broken("HTTP/1.1 200 OK\r\n\r\nuntil the end")
    let proxy = try TestProxy(to: origin.port)
    let answer = try proxy.get()
    #expect(answer.text == "until the end")
    #expect(answer["transfer-encoding"] == "chunked")
  }

  @Test func bytesBehindAnAnswerAreNeverSomebodyElses() throws {
    let origin = Origin { wire, number in
      while true {
        _ = try wire.readMessage()
        try wire.send(
          "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil")
      }
    }
    let proxy = try TestProxy(to: origin.port)
    let client = try proxy.connect()
    for _ in 0..<3 { #expect(try client.exchange("GET / HTTP/1.1\r\nHost: a\r\n\r\n").text == "ok") }
    #expect(origin.connections == 3)
  }
}
