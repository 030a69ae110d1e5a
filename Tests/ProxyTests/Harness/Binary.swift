/// Our own binary, serving a configuration.
final class Binary {
  let program: Program
  let port: UInt16

  struct DidNotStart: Error { let errors: String }

  /// - Parameters:
  ///   - yaml: everything but the admin server; the listener `test` must be first.
  ///   - descriptors: how many the process may open; nil for no bound of its own.
  init(_ yaml: String, descriptors: Int? = nil) throws {
    let directory = Scratch()
    try directory.write("admin: {address: \"off\"}\naccessLog: {path: \"off\"}\n" + yaml, to: "apus.yaml")
    let limit = descriptors.map { "ulimit -n \($0); " } ?? ""
    let program = try Program(
      "/bin/sh", ["-c", "\(limit)exec '\(Program.apus)' run --config apus.yaml"], in: directory)
    self.program = program
    guard eventually({ program.errorText.contains(" ready ") || !program.isRunning }), program.isRunning
    else {
      throw DidNotStart(errors: program.errorText)
    }
    let line = program.errorText.split(separator: "\n").first {
      $0.contains("listening") && $0.contains("127.0.0.1:")
    }
    port = line.flatMap { UInt16($0.split(separator: ":").last?.prefix { $0.isNumber } ?? "") } ?? 0
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
}
