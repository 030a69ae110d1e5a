/// Our own binary, serving.
final class Binary {
  let program: Program
  /// Of the first listener.
  let port: UInt16

  struct DidNotStart: Error { let errors: String }

  /// - Parameters:
  ///   - yaml: everything but the admin server; the listener `test` must be first.
  ///   - admin: there is an admin server.
  ///   - descriptors: how many the process may open; nil for no bound of its own.
  ///   - soft: how many until it asks for more; nil: all of them.
  convenience init(_ yaml: String, descriptors: Int? = nil, soft: Int? = nil, admin: Bool = false) throws {
    let directory = Scratch()
    let address = admin ? "127.0.0.1:0" : "off"
    try directory.write(
      "admin: {address: \"\(address)\"}\naccessLog: {path: \"off\"}\n" + yaml, to: "apus.yaml")
    let limit =
      (descriptors.map { "ulimit -n \($0); " } ?? "") + (soft.map { "ulimit -S -n \($0); " } ?? "")
    try self.init(
      Program("/bin/sh", ["-c", "\(limit)exec '\(Program.apus)' run --config apus.yaml"], in: directory))
  }

  /// In front of one endpoint, without a file, with an admin server.
  convenience init(upstream: String) throws {
    try self.init(
      Program(
        apus: ["run", "--listen", "127.0.0.1:0", "--upstream", upstream, "--admin", "127.0.0.1:0"]))
  }

  init(_ program: Program) throws {
    self.program = program
    guard program.line(containing: " ready ") != nil, let port = program.port(in: "listening name=") else {
      throw DidNotStart(errors: program.errorText)
    }
    self.port = port
  }

  static func yaml(to port: UInt16, rule: String = "", more: String = "") -> String {
    """
    listeners: [{name: test, address: "127.0.0.1:0"}]
    routes: [{name: all, rules: [{backendRefs: [{name: origin}]\(rule.isEmpty ? "" : ", " + rule)}]}]
    services: [{name: origin, endpoints: ["127.0.0.1:\(port)"]}]
    \(more)
    """
  }

  func connect() throws -> Wire { try Wire.connect(port: port) }

  /// Asks the admin server.
  func ask(_ path: String) throws -> Message {
    let admin = try Wire.connect(port: program.port(in: "admin server listening") ?? 0)
    return try admin.exchange("GET \(path) HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
  }
}
