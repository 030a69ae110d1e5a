import Policy
import Proxy
import Mesh
import Telemetry
import Testing

/// Several workers are one proxy: one address, one set of limits, one sum of counters.
@Suite struct OneProxyTests {
  static let get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"

  @Test func everyConnectionIsServed() throws {
    let origin = Origin(body: "hello")
    let proxy = try TestProxy(to: origin.port, workers: 2)
    let clients = try (0..<40).map { _ in try proxy.connect() }
    for _ in 0..<3 {
      for client in clients { try client.send(Self.get) }
      for client in clients { #expect(try client.readMessage().text == "hello") }
    }
    #expect(eventually { proxy.leaks.isEmpty })
    #expect(proxy.server.metrics.count == 2)
    #expect(proxy.metrics[.accepted] == 40)
    #expect(proxy.metrics.service(named: "origin")?.requests.total == 120)
    for client in clients { client.finish() }
    #expect(eventually { proxy.clients == 0 })
  }

  /// The kernel spreads connections, so that with forty each worker has some.
  @Test func theyShareTheWork() throws {
    let origin = Origin(body: "hello")
    let proxy = try TestProxy(to: origin.port, workers: 2)
    for _ in 0..<40 { #expect(try proxy.get().text == "hello") }
    for worker in proxy.server.metrics {
      var summary = MetricsSummary()
      summary.add(worker)
      #expect(summary[.accepted] > 0)
    }
  }

  /// A limit of one is one, whoever holds it; a connection that lies idle with one worker makes room for the other.
  @Test func aLimitHoldsOverAll() throws {
    let peak = Noted<Int>()
    let open = Noted<Int>()
    let origin = Origin { wire, _ in
      open.note(1)
      defer { open.note(-1) }
      while true {
        _ = try wire.readMessage()
        peak.note(open.all.reduce(0, +))
        try wire.send("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx")
      }
    }
    let proxy = try TestProxy(to: origin.port, service: "circuitBreaker: {maxConnections: 1}", workers: 2)
    let clients = try (0..<10).map { _ in try proxy.connect() }
    for _ in 0..<5 {
      for client in clients { try client.send(Self.get) }
      for client in clients { #expect(try client.readMessage().text == "x") }
    }
    #expect(eventually { proxy.leaks.isEmpty })
    #expect(proxy.server.snapshot.services[0].state.connections.current == 1)
  }

  @Test func aLogHasTheLinesOfAll() throws {
    let origin = Origin(body: "hello")
    let logged = try LoggedProxy(format: "%RESPONSE_CODE%") { log in
      try TestProxy(to: origin.port, workers: 2, accessLog: log)
    }
    for _ in 0..<40 { #expect(try logged.proxy.get().text == "hello") }
    #expect(logged.end() == Array(repeating: "200", count: 40))
  }
}
