internal import JSON

/// What is different between two configurations in the form of `/config`, which names every default.
///
/// Elements of a list are the same where they have the same `name` or `address`; others go by their place.
struct ConfigurationDifference {
  /// `+ services.carts: {…}`, `- listeners.old`, `~ drain: 30s → 5s`; in the order of the documents.
  private(set) var lines: [String] = []

  init(from before: JSONNode, to after: JSONNode) { compare(before, after, "") }

  private mutating func compare(_ before: JSONNode, _ after: JSONNode, _ path: String) {
    if before == after { return }
    switch (before, after) {
    case (.object(let old), .object(let new)):
      compare(old.map { ($0.name, $0.value) }, new.map { ($0.name, $0.value) }, path)
    case (.array(let old), .array(let new)):
      guard let named = Self.named(old), let others = Self.named(new) else {
        return compare(Self.placed(old), Self.placed(new), path)
      }
      compare(named, others, path)
      let kept = others.map(\.name).filter { name in named.contains { $0.name == name } }
      if kept != named.map(\.name).filter(kept.contains) { lines.append("~ \(path): in another order") }
    default: lines.append("~ \(path): \(Self.text(before)) → \(Self.text(after))")
    }
  }

  private mutating func compare(
    _ before: [(name: String, value: JSONNode)], _ after: [(name: String, value: JSONNode)], _ path: String
  ) {
    func place(_ name: String) -> String {
      path.isEmpty ? name : name.hasPrefix("[") ? path + name : "\(path).\(name)"
    }
    for (name, value) in before {
      if let other = after.first(where: { $0.name == name }) {
        compare(value, other.value, place(name))
      } else {
        lines.append("- \(place(name))")
      }
    }
    for (name, value) in after where !before.contains(where: { $0.name == name }) {
      lines.append("+ \(place(name)): \(Self.text(value))")
    }
  }

  /// Nil where not every element has a name of its own.
  private static func named(_ items: [JSONNode]) -> [(name: String, value: JSONNode)]? {
    var names: Set<String> = []
    var found: [(name: String, value: JSONNode)] = []
    for item in items {
      guard let name = item["name"]?.string ?? item["address"]?.string, names.insert(name).inserted else {
        return nil
      }
      found.append((name, item))
    }
    return found
  }

  private static func placed(_ items: [JSONNode]) -> [(name: String, value: JSONNode)] {
    items.enumerated().map { ("[\($0.offset)]", $0.element) }
  }

  /// On one line, as YAML's flow style has it.
  private static func text(_ node: JSONNode) -> String {
    switch node {
    case .null: "null"
    case .boolean(let value): "\(value)"
    case .number(let text): text
    case .string(let text): text.isEmpty ? "\"\"" : text
    case .array(let items): "[" + items.map(text).joined(separator: ", ") + "]"
    case .object(let members):
      "{" + members.map { "\($0.name): \(text($0.value))" }.joined(separator: ", ") + "}"
    }
  }
}
