import Configuration
import Mesh
import Primitives
import Proxy
import Telemetry

/// A whole proxy in this process, on a port of the kernel's choosing.
final class TestProxy: Sendable {
  let server: ProxyServer
  let port: UInt16

  /// - Parameter yaml: everything but `listeners`; one is made, named `test`.
  convenience init(
    _ yaml: String, workers: Int = 1, listener: String = "",
    accessLog: (writer: AccessLogWriter, format: AccessLogFormat)? = nil
  ) throws {
    let text = """
      listeners:
      - {name: test, address: "127.0.0.1:0"\(listener.isEmpty ? "" : ", " + listener)}
      \(yaml)
      """
    try self.init(whole: text, StateStore(), workers: workers, accessLog: accessLog)
  }

  /// - Parameters:
  ///   - yaml: everything.
  ///   - beforeStart: what happens once it listens and before it serves.
  init(
    whole yaml: String, _ states: StateStore, workers: Int = 1,
    accessLog: (writer: AccessLogWriter, format: AccessLogFormat)? = nil,
    beforeStart: (ProxyServer) throws -> Void = { _ in }
  ) throws {
    let snapshot = try Self.snapshot(yaml, states)
    server = try ProxyServer(snapshot: snapshot, workers: workers, accessLog: accessLog)
    port = server.listeners[0].address.port
    try beforeStart(server)
    try server.start()
  }

  /// One service `origin` behind one route that takes everything.
  convenience init(
    to ports: UInt16..., rule: String = "", service: String = "", settings: String = "", workers: Int = 1,
    listener: String = "", accessLog: (writer: AccessLogWriter, format: AccessLogFormat)? = nil
  ) throws {
    try self.init(
      endpoints: ports, rule: rule, service: service, settings: settings, workers: workers,
      listener: listener,
      accessLog: accessLog)
  }

  /// The same for a list of endpoints.
  convenience init(
    endpoints ports: [UInt16], rule: String = "", service: String = "", settings: String = "",
    workers: Int = 1,
    listener: String = "", accessLog: (writer: AccessLogWriter, format: AccessLogFormat)? = nil
  ) throws {
    let endpoints = ports.map { "\"127.0.0.1:\($0)\"" }.joined(separator: ", ")
    try self.init(
      """
      routes:
      - {name: all, rules: [{backendRefs: [{name: origin}]\(rule.isEmpty ? "" : ", " + rule)}]}
      services:
      - {name: origin, endpoints: [\(endpoints)]\(service.isEmpty ? "" : ", " + service)}
      \(settings)
      """, workers: workers, listener: listener, accessLog: accessLog)
  }

  static func snapshot(_ yaml: String, _ states: StateStore, version: UInt64 = 1) throws -> MeshSnapshot {
    let loaded = ConfigurationLoader(environment: [:]).load(
      Array(yaml.utf8), file: "test.yaml", states: states, version: version)
    guard let snapshot = loaded.snapshot else {
      throw Invalid(diagnostics: loaded.diagnostics.map { "\($0)" })
    }
    return snapshot
  }

  struct Invalid: Error { let diagnostics: [String] }

  deinit {
    server.stop()
    server.join()
  }

  func connect(receiveBuffer: Int32? = nil) throws -> Wire {
    try Wire.connect(port: port, receiveBuffer: receiveBuffer)
  }

  /// One request on a connection of its own.
  func get(_ path: String = "/", headers: String = "") throws -> Message {
    try connect().exchange("GET \(path) HTTP/1.1\r\nHost: test\r\n\(headers)\r\n")
  }

  /// The counters of all workers together.
  var metrics: MetricsSummary {
    var summary = MetricsSummary()
    for worker in server.metrics { summary.add(worker) }
    return summary
  }
}
