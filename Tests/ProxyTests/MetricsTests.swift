import HTTP
import Telemetry
import Testing

/// After known traffic the counters say what it was.
@Suite struct MetricsTests {
  static let get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"

  @Test func requestsAreCountedByRuleServiceAndEndpoint() throws {
    let origin = Origin { request in
      let status = request.startLine.split(separator: " ")[1].dropFirst()
      return "HTTP/1.1 \(status) X\r\nContent-Length: 0\r\n\r\n"
    }
    let proxy = try TestProxy(
      """
      routes: [{name: all, hostnames: [a], rules: [{name: main, backendRefs: [{name: origin}]}]}]
      services: [{name: origin, endpoints: ["127.0.0.1:\(origin.port)"]}]
      """)
    let client = try proxy.connect()
    for status in [200, 200, 201, 302, 404, 418, 500] {
      #expect(try client.exchange("GET /\(status) HTTP/1.1\r\nHost: a\r\n\r\n").status == status)
    }
    #expect(try client.exchange("GET / HTTP/1.1\r\nHost: other\r\n\r\n").status == 404)
    #expect(eventually { proxy.leaks.isEmpty })
    let metrics = proxy.metrics
    let rule = try #require(metrics.rules.first { $0.name?.route == "all" })
    #expect(rule.name?.rule == "main")
    #expect(rule.requests.byClass == [0, 0, 3, 1, 2, 1])
    #expect(rule.requests.durations?.count == 7)
    #expect(metrics.rules.first { $0.name == nil }?.requests.byClass == [0, 0, 0, 0, 1, 0])
    let service = try #require(metrics.service(named: "origin"))
    #expect(service.requests.byClass == [0, 0, 3, 1, 2, 1])
    #expect(service[.connectionsCreated] == 1)
    #expect(service.gauge(.connectionsActive) == 1)
    #expect(service.gauge(.connectionsIdle) == 1)
    #expect(metrics.endpoints.map(\.requests) == [7])
    #expect(metrics.endpoints.map(\.failures) == [1])
    #expect(metrics[.noRoute] == 1)
    #expect(metrics[.accepted] == 1)
    #expect(metrics.gauge(.downstreamConnections) == 1)
    client.finish()
    #expect(eventually { proxy.clients == 0 })
  }

  /// Every byte on either side, heads and framing too.
  @Test(arguments: [
    "Content-Length: 5\r\n\r\nhello", "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
  ])
  func bytesAreCounted(_ rest: String) throws {
    let bytes = Noted<Int>()
    let origin = Origin { wire, _ in
      while true {
        let head = try wire.read(until: "\r\n\r\n")
        let body = try wire.read(until: rest.hasSuffix("hello") ? "hello" : "0\r\n\r\n")
        bytes.note(head.utf8.count + body.utf8.count)
        try wire.send("HTTP/1.1 200 OK\r\nX: \(String(repeating: "a", count: 50))\r\n\(rest)")
      }
    }
    let proxy = try TestProxy(to: origin.port)
    let client = try proxy.connect()
    let request = "POST / HTTP/1.1\r\nHost: a\r\n\(rest)"
    var read = 0
    for _ in 0..<3 {
      try client.send(request)
      read += try client.read(until: "\r\n\r\n").utf8.count
      read += try client.read(until: rest.hasSuffix("hello") ? "hello" : "0\r\n\r\n").utf8.count
    }
    #expect(eventually { proxy.leaks.isEmpty })
    let metrics = proxy.metrics
    let answer = "HTTP/1.1 200 OK\r\nX: \(String(repeating: "a", count: 50))\r\n\(rest)"
    #expect(metrics[.downstreamBytesReceived] == UInt64(3 * request.utf8.count))
    #expect(metrics[.downstreamBytesSent] == UInt64(read))
    #expect(metrics[.upstreamBytesReceived] == UInt64(3 * answer.utf8.count))
    #expect(metrics[.upstreamBytesSent] == UInt64(bytes.all.reduce(0, +)))
  }

  @Test func bytesOfLongAnswersAndRepliesOfOurOwnAreCounted() throws {
    let origin = Origin(body: String(repeating: "x", count: 1_000_000))
    let proxy = try TestProxy(
      """
      routes: [{name: all, hostnames: [a], rules: [{backendRefs: [{name: origin}]}]}]
      services: [{name: origin, endpoints: ["127.0.0.1:\(origin.port)"]}]
      """)
    let client = try proxy.connect()
    var read = 0
    try client.send(Self.get)
    read += try client.read(until: "\r\n\r\n").utf8.count
    read += try client.read(count: 1_000_000).count
    try client.send("GET / HTTP/1.1\r\nHost: b\r\nConnection: close\r\n\r\n")
    read += try client.readToEnd().utf8.count
    #expect(eventually { proxy.leaks.isEmpty && proxy.clients == 0 })
    #expect(proxy.metrics[.downstreamBytesSent] == UInt64(read))
  }

  @Test func refusedMessagesAreCountedByTheirRule() throws {
    let origin = Origin { wire, _ in
      _ = try wire.readMessage()
      try wire.send("HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n")
    }
    let proxy = try TestProxy(to: origin.port)
    for _ in 0..<2 {
      #expect(try proxy.connect().exchange("GET / HTTP/1.1\r\nHost: a\r\nX : y\r\n\r\n").status == 400)
    }
    #expect(try proxy.get("/%00").status == 400)
    #expect(try proxy.get().status == 502)
    #expect(eventually { proxy.leaks.isEmpty })
    let metrics = proxy.metrics
    #expect(metrics.refused(.whitespaceBeforeColon, upstream: false) == 2)
    #expect(metrics.refused(.nullInPath, upstream: false) == 1)
    #expect(metrics.refused(.invalidContentLength, upstream: true) == 1)
    #expect(metrics.refused(.invalidContentLength, upstream: false) == 0)
    #expect(metrics[.malformedRequest] == 3)
    #expect(metrics[.upstreamProtocolError] == 1)
    #expect(metrics.service(named: "origin")?[.protocolErrors] == 1)
  }

  @Test func failuresHaveCountersOfTheirOwn() throws {
    let closed = Origin.closedPort()
    let proxy = try TestProxy(to: closed)
    for _ in 0..<3 { #expect(try proxy.get().status == 503) }
    #expect(eventually { proxy.leaks.isEmpty })
    let metrics = proxy.metrics
    #expect(metrics[.connectionRefused] == 3)
    #expect(metrics.service(named: "origin")?[.connectRefused] == 3)
    #expect(metrics.service(named: "origin")?.requests.byClass == [0, 0, 0, 0, 0, 3])
    #expect(metrics.endpoints.map(\.failures) == [3])
  }

  @Test func attemptsBeforeTheLastAreTheirEndpoints() throws {
    let bad = Origin { _ in "HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n" }
    let good = Origin(body: "x")
    let proxy = try TestProxy(
      to: bad.port, good.port, rule: "retry: {attempts: 1, on: [\"503\"], backoff: {base: 1ms, max: 1ms}}")
    for _ in 0..<4 { #expect(try proxy.get().status == 200) }
    #expect(eventually { proxy.leaks.isEmpty })
    let metrics = proxy.metrics
    let retries = try #require(metrics.service(named: "origin")?[.retries])
    // Further attempts have turns of their own: the bad one is asked first every other time.
    #expect(retries == 2)
    #expect(metrics.endpoints.map(\.failures) == [retries, 0])
    #expect(metrics.endpoints.map(\.requests) == [retries, 4])
    #expect(metrics.endpoints.map(\.retries) == [retries, 0])
    #expect(metrics.endpoints.map(\.answers.count) == [retries, 4])
    #expect(metrics.rules.first { $0.name?.route == "all" }?.retries == retries)
    #expect(metrics.service(named: "origin")?.requests.total == 4)
  }

  @Test func tunnelsAreCounted() throws {
    let origin = TunnelTests.echo()
    let proxy = try TestProxy(to: origin.port)
    let client = try proxy.connect()
    try client.send(TunnelTests.ask)
    #expect(try client.readHead().status == 101)
    #expect(eventually { proxy.tunnels == 1 })
    client.finish()
    #expect(try client.readToEnd() == "bye")
    #expect(eventually { proxy.leaks.isEmpty })
    #expect(proxy.metrics.service(named: "origin")?.requests.byClass == [0, 1, 0, 0, 0, 0])
  }
}
