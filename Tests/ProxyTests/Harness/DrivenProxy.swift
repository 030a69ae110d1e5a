import Configuration
import HTTP
import Mesh
import Primitives
import Reactor
import Telemetry
import Testing

@testable import Proxy

/// One worker, driven by the test's own thread, with a clock that the test sets ahead.
final class DrivenProxy {
  let worker: Worker
  let port: UInt16

  init(
    to ports: [UInt16], rule: String = "", route: String = "", listener: String = "", service: String = "",
    settings: String = "",
    sampling: String = "100%"
  ) throws {
    let endpoints = ports.map { "\"127.0.0.1:\($0)\"" }.joined(separator: ", ")
    let text = """
      listeners: [{name: test, address: "127.0.0.1:0"\(listener.isEmpty ? "" : ", " + listener)}]
      routes: [{name: all, hostnames: [a, test], rules: [{backendRefs: [{name: origin}]\(rule.isEmpty ? "" : ", " + rule)}]\(route.isEmpty ? "" : ", " + route)}]
      services: [{name: origin, endpoints: [\(endpoints)]\(service.isEmpty ? "" : ", " + service)}]
      tracing: {propagation: [w3c], sampling: \(sampling)}
      \(settings)
      """
    let loaded = ConfigurationLoader(environment: [:]).load(
      Array(text.utf8), file: "test.yaml", states: StateStore())
    let snapshot = try #require(loaded.snapshot)
    worker = try Worker(
      index: 0, group: WorkerGroup(count: 1), snapshot: snapshot,
      metrics: WorkerMetrics(layout: MetricsLayout(snapshot)), accessLog: nil)
    let listener = try Listener.open(snapshot.listeners[0].address)
    port = listener.address.port
    try worker.open(listener, for: snapshot.listeners[0], at: 0)
  }

  /// Turns until `done`, for a minute at most, so that a bug ends the test. Not so many turns: while bytes come they are
  /// short, and what is waited for may take another thread as long as the machine likes.
  func run(until done: () -> Bool) {
    let end = Clock.now() + .seconds(60)
    while !done(), Clock.now() < end {
      worker.loop.turn(worker, limit: worker.loop.time + .milliseconds(5))
    }
  }

  /// Lets time pass, and what is due then happen.
  func pass(_ interval: Interval) {
    worker.loop.skip(interval)
    for _ in 0..<3 { worker.loop.turn(worker, limit: worker.loop.time) }
  }

  func connect(receiveBuffer: Int32? = nil) throws -> Wire {
    try Wire.connect(port: port, receiveBuffer: receiveBuffer)
  }

  /// The counters so far.
  var metrics: MetricsSummary {
    var summary = MetricsSummary()
    summary.add(worker.metrics)
    return summary
  }

  /// Exchanges that are over.
  var finished: UInt64 { metrics.rules.reduce(0) { $0 + $1.requests.total } }

  /// Sends a request and waits for the end of its exchange.
  @discardableResult
  func exchange(_ request: String, on client: Wire) throws -> Message {
    let before = finished
    try client.send(request)
    run { finished > before }
    return try client.readMessage()
  }

  /// Sends requests, one after the other, and gives what was recorded of them.
  func spans(of requests: String..., on connection: Wire? = nil) throws -> [SpanRecord] {
    let client = try connection ?? connect()
    for request in requests { try exchange(request, on: client) }
    var spans: [SpanRecord] = []
    worker.spans.drain { spans.append($0) }
    return spans
  }

  deinit { worker.closeAll() }
}
