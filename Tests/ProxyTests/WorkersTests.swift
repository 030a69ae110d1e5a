import Proxy
import Telemetry
import Testing

/// Several workers behind one port.
@Suite struct WorkersTests {
  @Test func connectionsSpreadOverAllWorkers() throws {
    let origin = Origin(body: "ok")
    let proxy = try TestProxy(to: origin.port, workers: 2)
    let clients = try (0..<64).map { _ in try proxy.connect() }
    for client in clients { #expect(try client.exchange(ConnectionLimitTests.get).text == "ok") }
    for worker in proxy.server.metrics {
      var summary = MetricsSummary()
      summary.add(worker)
      // 32 expected, a deviation of 4.
      #expect((8...56).contains(summary.gauge(.downstreamConnections)))
    }
    #expect(eventually { proxy.metrics.services[0].requests.total == 64 })
  }

  @Test func nothingLeaksOverManyConnections() throws {
    let origin = Origin(body: "ok")
    let proxy = try TestProxy(to: origin.port, workers: 2)
    inParallel(4) { _ in
      for number in 0..<100 {
        guard let client = try? proxy.connect() else { continue }
        _ = try? client.exchange(ConnectionLimitTests.get)
        if number % 2 == 0 { client.reset() }
      }
    }
    #expect(eventually { proxy.metrics.services[0].requests.total == 400 })
    #expect(eventually { proxy.metrics.gauge(.downstreamConnections) == 0 })
    #expect(proxy.comesToRest)
  }
}
