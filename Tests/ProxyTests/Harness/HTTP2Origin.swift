import HTTP
import Telemetry

/// An upstream for tests that speaks HTTP/2 from the first byte on.
final class HTTP2Origin: Sendable {
  private let origin: Origin
  var port: UInt16 { origin.port }
  var connections: Int { origin.connections }

  /// - Parameter serve: gets each call once its head is there, those of one connection one after the other; what it
  ///   throws ends nothing.
  init(_ settings: HTTP2Settings = HTTP2Settings(), _ serve: @escaping @Sendable (HTTP2Call) throws -> Void) {
    origin = Origin { wire, _ in
      let peer = HTTP2Peer(.server, wire, settings)
      while let call = try peer.accept() {
        try? serve(call)
        try peer.flush()
      }
    }
  }

  func stop() { origin.stop() }
}

extension TestProxy {
  /// A client's connection that begins with HTTP/2's preface.
  func connectHTTP2(_ settings: HTTP2Settings = HTTP2Settings()) throws -> HTTP2Peer {
    HTTP2Peer(.client, try connect(), settings)
  }

  /// One service `origin` that speaks HTTP/2.
  convenience init(
    toHTTP2 ports: UInt16..., rule: String = "", service: String = "", settings: String = "",
    accessLog: (writer: AccessLogWriter, format: AccessLogFormat)? = nil
  ) throws {
    try self.init(
      endpoints: ports, rule: rule, service: "protocol: h2" + (service.isEmpty ? "" : ", " + service),
      settings: settings, accessLog: accessLog)
  }
}
