import Proxy
import Telemetry

extension TestProxy {
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
