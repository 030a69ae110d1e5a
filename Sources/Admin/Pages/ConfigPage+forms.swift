internal import Primitives

/// How the file writes what it holds.
extension ConfigPage {
  /// Without the members that there are none of.
  static func object(_ members: (String, JSONValue?)...) -> JSONValue {
    .object(
      members.compactMap { name, value in
        guard let value, value != .null else { return nil }
        return JSONValue.Member(name: name, value: value)
      })
  }

  /// Nil for an empty list, which the file rather leaves out.
  static func some(_ items: [JSONValue]) -> JSONValue? { items.isEmpty ? nil : .array(items) }
  static func some(_ texts: [String]) -> JSONValue? { some(texts.map { .string($0) }) }

  static func size(_ bytes: Int) -> JSONValue { .string(SizeText.format(bytes)) }
  static func percent(_ share: Double) -> JSONValue { .string(PercentText.format(share)) }
  static func duration(_ interval: Interval) -> JSONValue { .string(DurationText.format(interval)) }

  /// Texts as they have to stand in a file: `${` would name a variable there.
  static func escaped(_ value: JSONValue) -> JSONValue {
    switch value {
    case .string(let text): .string(escaped(text))
    case .array(let items): .array(items.map(escaped))
    case .object(let members): .object(members.map { .init(name: $0.name, value: escaped($0.value)) })
    case .null, .bool, .integer, .double: value
    }
  }

  private static func escaped(_ text: String) -> String {
    var result = ""
    for character in text {
      if character == "{", result.last == "$" { result.append("${") } else { result.append(character) }
    }
    return result
  }
}
