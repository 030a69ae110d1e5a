import Configuration
import HTTP
import Mesh
import Primitives
import Reactor
import Telemetry
import Testing

@testable import Proxy

/// What is recorded of sampled requests: the exchange's span and one for each attempt.
@Suite struct SpanTests {
  static let get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"

  @Test func anExchangeAndItsAttemptAreRecorded() throws {
    let parents = Noted<String>()
    let origin = Origin { request in
      parents.note(request["traceparent"] ?? "")
      return "HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n"
    }
    let spans = try DrivenProxy(to: [origin.port]).spans(
      of: "GET / HTTP/1.1\r\nHost: a\r\n\(TraceHeaderTests.parent)\r\n")
    #expect(spans.count == 2)
    let server = try #require(spans.first { $0.kind == .server })
    let client = try #require(spans.first { $0.kind == .client })
    #expect(server.traceHigh == 0x4bf9_2f35_77b3_4da6)
    #expect(server.traceLow == 0xa3ce_929d_0e0e_4736)
    #expect(server.parent == 0x00f0_67aa_0ba9_02b7)
    #expect(client.traceLow == server.traceLow)
    #expect(client.parent == server.span)
    #expect(server.status == 201)
    #expect(client.status == 201)
    #expect(server.rule == 0)
    #expect(server.service == 0)
    #expect(client.endpoint == 0)
    #expect(client.attempt == 0)
    #expect(server.method == Method.get.rawValue)
    #expect(server.reason == .none)
    #expect(server.duration >= client.duration)
    // What the endpoint was told is the attempt's span.
    let sent = try #require(parents.all.first).split(separator: "-")[2]
    #expect(UInt64(sent, radix: 16) == client.span)
  }

  /// Nobody takes them yet: beyond what a worker keeps the oldest give way, which is counted.
  @Test func spansThatGiveWayAreCounted() throws {
    let proxy = try TestProxy(
      """
      routes: [{name: all, hostnames: [a], rules: [{backendRefs: [{name: origin}]}]}]
      services: [{name: origin, endpoints: []}]
      tracing: {sampling: 100%}
      """)
    let client = try proxy.connect()
    for _ in 0..<42 {
      try client.send(String(repeating: "GET / HTTP/1.1\r\nHost: b\r\n\r\n", count: 50))
      for _ in 0..<50 { _ = try client.readMessage() }
    }
    #expect(eventually { proxy.leaks.isEmpty })
    #expect(proxy.metrics[.spansDropped] == 2100 - 2048)
  }

  @Test func everyAttemptHasOne() throws {
    let bad = Origin { _ in "HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n" }
    let good = Origin(body: "x")
    let driven = try DrivenProxy(
      to: [bad.port, good.port], rule: "retry: {attempts: 1, on: [\"503\"], backoff: {base: 1ms, max: 1ms}}")
    // One of two asks the bad one first.
    var spans = try driven.spans(of: Self.get)
    if spans.count == 2 { spans = try driven.spans(of: Self.get) }
    let clients = spans.filter { $0.kind == .client }
    #expect(clients.map(\.status) == [503, 200])
    #expect(clients.map(\.attempt) == [0, 1])
    #expect(clients.map(\.endpoint) == [0, 1])
    #expect(Set(clients.map(\.span)).count == 2)
    #expect(Set(clients.map(\.parent)).count == 1)
    #expect(spans.filter { $0.kind == .server }.map(\.status) == [200])
  }

  @Test func aFailureIsNamed() throws {
    let spans = try DrivenProxy(to: [Origin.closedPort()]).spans(of: Self.get)
    let server = try #require(spans.first { $0.kind == .server })
    #expect(server.status == 503)
    #expect(server.reason == .connectionRefused)
    #expect(server.parent == 0)
    #expect(spans.filter { $0.kind == .client }.map(\.status) == [0])
  }

  @Test func whatIsNotSampledIsNotRecorded() throws {
    let origin = Origin(body: "x")
    #expect(try DrivenProxy(to: [origin.port], sampling: "0%").spans(of: Self.get).isEmpty)
    let declined = TraceHeaderTests.parent.replacing("-01\r\n", with: "-00\r\n")
    #expect(
      try DrivenProxy(to: [origin.port]).spans(of: "GET / HTTP/1.1\r\nHost: a\r\n\(declined)\r\n").isEmpty)
  }

  /// A request that reached no route has a trace, and it is not that of the request before it.
  @Test func aRefusedRequestIsNotTakenForTheLastOne() throws {
    let origin = Origin(body: "x")
    let spans = try DrivenProxy(to: [origin.port]).spans(
      of: Self.get, "GET / HTTP/1.1\r\nHost: other\r\n\r\n", "GET /%00 HTTP/1.1\r\nHost: a\r\n\r\n")
    #expect(spans.filter { $0.kind == .server }.map(\.status) == [200, 404, 400])
    #expect(spans.filter { $0.kind == .server }.map(\.rule) == [0, -1, -1])
    #expect(spans.filter { $0.kind == .client }.map(\.status) == [200])
    #expect(Set(spans.map(\.traceLow)).count == 3)
  }
}
