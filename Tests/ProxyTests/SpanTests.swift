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
  /// One worker, driven by the test's own thread.
  private final class Driven {
    let worker: Worker
    let port: UInt16

    init(to ports: [UInt16], rule: String = "", sampling: String = "100%") throws {
      let endpoints = ports.map { "\"127.0.0.1:\($0)\"" }.joined(separator: ", ")
      let text = """
        listeners: [{name: test, address: "127.0.0.1:0"}]
        routes: [{name: all, hostnames: [a], rules: [{backendRefs: [{name: origin}]\(rule.isEmpty ? "" : ", " + rule)}]}]
        services: [{name: origin, endpoints: [\(endpoints)]}]
        tracing: {propagation: [w3c], sampling: \(sampling)}
        """
      let loaded = ConfigurationLoader(environment: [:]).load(
        Array(text.utf8), file: "test.yaml", states: StateStore())
      let snapshot = try #require(loaded.snapshot)
      worker = try Worker(
        index: 0, group: WorkerGroup(count: 1), snapshot: snapshot,
        metrics: WorkerMetrics(layout: MetricsLayout(snapshot)), accessLog: nil)
      let listener = try Listener.open(snapshot.listeners[0].address)
      port = listener.address.port
      try worker.open(listener, for: snapshot.listeners[0])
    }

    /// Turns until `done`, within a bound.
    func run(until done: () -> Bool) {
      for _ in 0..<2_000 where !done() { worker.loop.turn(worker, limit: Clock.now() + .milliseconds(5)) }
    }

    /// Exchanges that are over.
    var finished: UInt64 {
      var summary = MetricsSummary()
      summary.add(worker.metrics)
      return summary.rules.reduce(0) { $0 + $1.requests.total }
    }

    /// Sends requests, one after the other, and gives what was recorded of them.
    func spans(of requests: String...) throws -> [SpanRecord] {
      let client = try Wire.connect(port: port)
      for request in requests {
        let before = finished
        try client.send(request)
        run { finished > before }
        _ = try client.readMessage()
      }
      var spans: [SpanRecord] = []
      worker.spans.drain { spans.append($0) }
      return spans
    }

    deinit { worker.closeAll() }
  }

  static let get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"

  @Test func anExchangeAndItsAttemptAreRecorded() throws {
    let parents = Noted<String>()
    let origin = Origin { request in
      parents.note(request["traceparent"] ?? "")
      return "HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n"
    }
    let spans = try Driven(to: [origin.port]).spans(
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

  @Test func everyAttemptHasOne() throws {
    let bad = Origin { _ in "HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n" }
    let good = Origin(body: "x")
    let driven = try Driven(
      to: [bad.port, good.port], rule: "retry: {attempts: 1, on: [\"503\"], backoff: {base: 1ms, max: 1ms}}")
    // The first may go to either; it takes the good one's turn, so that the second asks the bad one first.
    _ = try driven.spans(of: Self.get)
    let spans = try driven.spans(of: Self.get)
    let clients = spans.filter { $0.kind == .client }
    #expect(clients.map(\.status) == [503, 200])
    #expect(clients.map(\.attempt) == [0, 1])
    #expect(clients.map(\.endpoint) == [0, 1])
    #expect(Set(clients.map(\.span)).count == 2)
    #expect(Set(clients.map(\.parent)).count == 1)
    #expect(spans.filter { $0.kind == .server }.map(\.status) == [200])
  }

  @Test func aFailureIsNamed() throws {
    let spans = try Driven(to: [Origin.closedPort()]).spans(of: Self.get)
    let server = try #require(spans.first { $0.kind == .server })
    #expect(server.status == 503)
    #expect(server.reason == .connectionRefused)
    #expect(server.parent == 0)
    #expect(spans.filter { $0.kind == .client }.map(\.status) == [0])
  }

  @Test func whatIsNotSampledIsNotRecorded() throws {
    let origin = Origin(body: "x")
    #expect(try Driven(to: [origin.port], sampling: "0%").spans(of: Self.get).isEmpty)
    let declined = TraceHeaderTests.parent.replacing("-01\r\n", with: "-00\r\n")
    #expect(try Driven(to: [origin.port]).spans(of: "GET / HTTP/1.1\r\nHost: a\r\n\(declined)\r\n").isEmpty)
  }

  /// A request that reached no route has a trace, and it is not that of the request before it.
  @Test func aRefusedRequestIsNotTakenForTheLastOne() throws {
    let origin = Origin(body: "x")
    let spans = try Driven(to: [origin.port]).spans(
      of: Self.get, "GET / HTTP/1.1\r\nHost: other\r\n\r\n", "GET /%00 HTTP/1.1\r\nHost: a\r\n\r\n")
    #expect(spans.filter { $0.kind == .server }.map(\.status) == [200, 404, 400])
    #expect(spans.filter { $0.kind == .server }.map(\.rule) == [0, -1, -1])
    #expect(spans.filter { $0.kind == .client }.map(\.status) == [200])
    #expect(Set(spans.map(\.traceLow)).count == 3)
  }
}
