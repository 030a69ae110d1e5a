internal import JSON

/// What is different between two configurations in the form of `/config`, which names every default.
///
/// Places are written one way: a member of a map behind a dot, an item of a list in brackets. There an item goes by its `name` or
/// `address`, or is itself its name, and by its place where not all have one of their own.
struct ConfigurationDifference {
  enum Change: Equatable {
    case added(JSONNode), removed, other(JSONNode, JSONNode), order
  }

  /// `services[carts].endpoints[10.0.0.5:80].weight`, and what becomes of it; in the order of the documents.
  private(set) var changes: [(path: String, change: Change)] = []

  /// Places of values that both sides only have as `***`: whether they are the same is not known.
  private(set) var hidden: [String] = []

  init(from before: JSONNode, to after: JSONNode) { compare(before, after, "") }

  /// The top-level keys under which something is different, each once.
  var keys: [String] {
    var met: Set<Substring> = []
    return changes.map { $0.path.prefix { $0 != "." && $0 != "[" } }.filter { met.insert($0).inserted }
      .map { String($0) }
  }

  /// As a value and as an expression.
  private static let stars = ["***", "[*]{3}"]

  private typealias Item = (name: String, value: JSONNode)

  private mutating func compare(_ before: JSONNode, _ after: JSONNode, _ path: String) {
    switch (before, after) {
    case (.object(let old), .object(let new)):
      compare(old.map { ($0.name, $0.value) }, new.map { ($0.name, $0.value) }) {
        path.isEmpty ? $0 : "\(path).\($0)"
      }
    case (.array(let old), .array(let new)):
      func place(_ name: String) -> String { "\(path)[\(DifferenceText.name(name))]" }
      guard let named = Self.named(old), let others = Self.named(new) else {
        return compare(Self.placed(old), Self.placed(new), place)
      }
      compare(named, others, place)
      let (names, kept) = (Set(named.map(\.name)), Set(others.map(\.name)))
      if named.map(\.name).filter(kept.contains) != others.map(\.name).filter(names.contains) {
        changes.append((path, .order))
      }
    default:
      if before != after {
        changes.append((path, .other(before, after)))
      } else if let text = after.string, Self.stars.contains(text) {
        hidden.append(path)
      }
    }
  }

  private mutating func compare(_ before: [Item], _ after: [Item], _ place: (String) -> String) {
    let (old, new) = (Self.byName(before), Self.byName(after))
    for (name, value) in before {
      if let other = new[name] {
        compare(value, other, place(name))
      } else {
        changes.append((place(name), .removed))
      }
    }
    for (name, value) in after where old[name] == nil { changes.append((place(name), .added(value))) }
  }

  private static func byName(_ items: [Item]) -> [String: JSONNode] {
    Dictionary(items.map { ($0.name, $0.value) }) { first, _ in first }
  }

  /// Nil where not every item has a name of its own.
  private static func named(_ items: [JSONNode]) -> [Item]? {
    var names: Set<String> = []
    var found: [Item] = []
    for item in items {
      guard let name = item["name"]?.string ?? item["address"]?.string ?? item.string,
        names.insert(name).inserted
      else { return nil }
      found.append((name, item))
    }
    return found
  }

  private static func placed(_ items: [JSONNode]) -> [Item] {
    items.enumerated().map { ("\($0.offset)", $0.element) }
  }
}
