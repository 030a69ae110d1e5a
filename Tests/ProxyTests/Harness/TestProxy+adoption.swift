import Mesh
import Proxy

extension TestProxy {
  /// Goes on with another configuration, and returns when every worker has.
  /// - Parameter states: those with which the first one was made.
  func adopt(_ yaml: String, _ states: StateStore) throws {
    try server.adopt(Self.snapshot(yaml, states, version: server.snapshot.version + 1))
    guard eventually({ server.settle() }) else { throw NotAdopted() }
  }

  struct NotAdopted: Error {}

  /// One listener, one route, and a service with these endpoints.
  static func yaml(_ ports: [UInt16], service: String = "", rule: String = "", rest: String = "") -> String {
    let endpoints = ports.map { "\"127.0.0.1:\($0)\"" }.joined(separator: ", ")
    return """
      listeners: [{name: test, address: "127.0.0.1:0"}]
      routes: [{name: all, rules: [{backendRefs: [{name: origin}]\(rule.isEmpty ? "" : ", " + rule)}]}]
      services: [{name: origin, endpoints: [\(endpoints)]\(service.isEmpty ? "" : ", " + service)}]
      \(rest)
      """
  }
}
