import Mesh
import Policy
import Proxy
import Telemetry

/// What a proxy holds at the moment.
extension TestProxy {
  /// The first service's counters.
  var service: MetricsSummary.Service { metrics.service(named: server.snapshot.services[0].name)! }
  private var state: ServiceState { server.snapshot.services[0].state }
  /// What counts against the first service's limits.
  var held: (connections: Int, pending: Int, requests: Int, retries: Int) {
    (state.connections.current, state.pending.current, state.requests.current, state.retries.current)
  }
  /// The first service's breaker.
  var breaker: BreakerState? { state.breaker?.state }
  /// Requests being answered by each endpoint of the first service.
  var active: [Int] { server.snapshot.endpointLists[0].endpoints.map { $0.state.active.value } }

  /// What is held and should not be once all exchanges are over; empty when all is well. Idle pooled connections
  /// may stay.
  var leaks: [String] {
    let metrics = metrics
    let service = service
    var found: [String] = []
    func expectZero(_ name: String, _ value: Int) { if value != 0 { found.append("\(name): \(value)") } }
    expectZero("exchanges", Int(metrics.gauge(.exchanges)))
    expectZero("tunnels", Int(metrics.gauge(.tunnels)))
    expectZero("requests", state.requests.current)
    expectZero("retries", state.retries.current)
    expectZero("pending", state.pending.current)
    expectZero("pending gauge", Int(service.gauge(.pending)))
    expectZero("active", active.reduce(0, +))
    expectZero("connections in use", state.connections.current - Int(service.gauge(.connectionsIdle)))
    expectZero("connections gauge", state.connections.current - Int(service.gauge(.connectionsActive)))
    let ofEndpoints = server.snapshot.endpointLists[0].endpoints.reduce(0) { $0 + $1.state.connections.value }
    expectZero("connections of endpoints", state.connections.current - ofEndpoints)
    return found
  }

  /// Whether everything that exchanges held was given back, at last.
  var comesToRest: Bool { eventually { leaks.isEmpty } }
}
