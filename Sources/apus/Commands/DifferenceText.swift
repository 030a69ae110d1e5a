internal import JSON

/// Differences for people: `+` what would come, `-` what would go, `~` what would be another.
///
/// No line is longer than a terminal is wide, roughly: a value that does not fit follows below its place, as YAML, a member or item
/// a line; a text that does not fit is cut, where two are compared around what is different.
struct DifferenceText {
  /// Characters of a line, but for a place that is longer by itself.
  static let width = 100
  private static let blockWidth = width - 4
  private static let longestName = 60
  /// However deep a value is nested.
  private static let leastRoom = 24
  private static let mostPlaces = 3
  /// Of what two long texts have in common, in front of what differs.
  private static let context = 20

  private(set) var lines: [String] = []

  init(_ difference: ConfigurationDifference) {
    for (path, change) in difference.changes {
      switch change {
      case .added(let value): add("+", path, value)
      case .removed: lines.append("- \(path)")
      case .order: lines.append("~ \(path): in another order")
      case .other(let before, let after): compare(path, before, after)
      }
    }
  }

  /// What is to be said of values that cannot be compared; nil where there are none. The first few places say enough.
  static func note(hidden places: [String]) -> String? {
    if places.isEmpty { return nil }
    let more = places.count - mostPlaces
    return "! values shown as *** are not compared: " + places.prefix(mostPlaces).joined(separator: ", ")
      + (more > 0 ? " and \(more) more" : "")
  }

  /// Of an item, within a place.
  static func name(_ text: String) -> String { cut(text, to: longestName) }

  private mutating func add(_ sign: String, _ path: String, _ value: JSONNode) {
    // It stands in the place already.
    if path.hasSuffix("[\(Self.name(value.string ?? ""))]") { return lines.append("\(sign) \(path)") }
    let line = "\(sign) \(path): \(Self.flow(value))"
    if line.count <= Self.width { return lines.append(line) }
    lines.append("\(sign) \(path):")
    addBlock(sign, value)
  }

  private mutating func compare(_ path: String, _ before: JSONNode, _ after: JSONNode) {
    let (old, new) = (Self.flow(before), Self.flow(after))
    let line = "~ \(path): \(old) → \(new)"
    if line.count <= Self.width { return lines.append(line) }
    lines.append("~ \(path):")
    if case .string(let one) = before, case .string(let other) = after {
      let start = zip(one, other).prefix { $0 == $1 }.count
      for (sign, text) in [("-", one), ("+", other)] {
        lines.append("\(sign)   \(Self.cut(Self.shown(text), to: Self.blockWidth, around: start))")
      }
    } else {
      addBlock("-", before)
      addBlock("+", after)
    }
  }

  // MARK: Values

  private mutating func addBlock(_ sign: String, _ value: JSONNode) {
    lines += Self.block(value, Self.blockWidth).map { "\(sign)   \($0)" }
  }

  private static func block(_ value: JSONNode, _ room: Int) -> [String] {
    let text = flow(value)
    if text.count <= room { return [text] }
    let inner = max(leastRoom, room - 2)
    switch value {
    case .object(let members):
      return members.flatMap { member -> [String] in
        let line = "\(member.name): \(flow(member.value))"
        if line.count <= room || !isNested(member.value) { return [cut(line, to: room)] }
        return ["\(member.name):"] + block(member.value, inner).map { "  \($0)" }
      }
    case .array(let items):
      return items.flatMap { item in
        block(item, inner).enumerated().map { ($0.offset == 0 ? "- " : "  ") + $0.element }
      }
    default: return [cut(text, to: room)]
    }
  }

  private static func isNested(_ value: JSONNode) -> Bool {
    switch value {
    case .object, .array: true
    case .null, .boolean, .number, .string: false
    }
  }

  /// On one line, as YAML's flow style has it.
  private static func flow(_ node: JSONNode) -> String {
    switch node {
    case .null: "null"
    case .boolean(let value): "\(value)"
    case .number(let text): text
    case .string(let text): text.isEmpty ? "\"\"" : shown(text)
    case .array(let items): "[" + items.map(flow).joined(separator: ", ") + "]"
    case .object(let members):
      "{" + members.map { "\($0.name): \(flow($0.value))" }.joined(separator: ", ") + "}"
    }
  }

  private static func shown(_ text: String) -> String {
    text.contains(where: \.isNewline) ? String(text.map { $0.isNewline ? " " : $0 }) : text
  }

  /// - Parameter place: a character that has to be seen.
  private static func cut(_ text: String, to length: Int, around place: Int = 0) -> String {
    if text.count <= length { return text }
    let start = max(0, min(place - context, text.count - length + 1))
    let rest = start > 0 ? "…" + text.dropFirst(start) : text
    return rest.count <= length ? rest : rest.prefix(length - 1) + "…"
  }
}
