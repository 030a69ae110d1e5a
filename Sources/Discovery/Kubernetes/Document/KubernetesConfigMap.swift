internal import JSON

/// What is kept of a ConfigMap.
struct KubernetesConfigMap: Equatable {
  let name: String
  let version: String
  let data: [String: String]
  /// Keys whose values are bytes, which no configuration is.
  let binary: Set<String>

  /// Nil where it is none.
  init?(_ node: JSONNode) {
    guard let name = node["metadata"]?["name"]?.string else { return nil }
    self.name = name
    version = node["metadata"]?["resourceVersion"]?.string ?? ""
    data = Dictionary(
      Self.members(node["data"]).compactMap { name, value in value.string.map { (name, $0) } }
    ) { first, _ in first }
    binary = Set(Self.members(node["binaryData"]).map(\.name))
  }

  private static func members(_ node: JSONNode?) -> [(name: String, value: JSONNode)] {
    guard case .object(let members) = node else { return [] }
    return members.map { ($0.name, $0.value) }
  }
}
