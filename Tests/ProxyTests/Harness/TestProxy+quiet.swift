import Mesh
import Policy
import Proxy
import Telemetry

extension TestProxy {
  /// Whether nothing is under way and nothing is held for what once was: no exchange, no tunnel, no place under a
  /// limit but those of pooled connections.
  var isQuiet: Bool {
    let metrics = metrics
    let services = server.snapshot.services
    return metrics.gauge(.exchanges) == 0 && metrics.gauge(.tunnels) == 0
      && services.allSatisfy { service in
        let state = service.state
        let idle = metrics.service(named: service.name)?.gauge(.connectionsIdle) ?? 0
        return state.requests.current == 0 && state.pending.current == 0 && state.retries.current == 0
          && state.connections.current == Int(idle) && service.endpoints.allSatisfy { $0.state.active.value == 0 }
      }
  }

  /// Connections of clients that are open.
  var clients: Int { Int(metrics.gauge(.downstreamConnections)) }
  /// Tunnels that are open.
  var tunnels: Int { Int(metrics.gauge(.tunnels)) }

  /// Ends the proxy now; nothing is counted or written any more.
  func end() {
    server.stop()
    server.join()
  }
}
