/// A value of JSON (RFC 8259), read by `JSONParser`.
///
/// Numbers stay as they were written: what a number means, and how exactly, is for its reader to say.
public enum JSONNode: Sendable, Equatable {
  case null
  case boolean(Bool)
  case number(String)
  case string(String)
  case array([JSONNode])
  /// In the order of the text; no name comes twice.
  case object([Member])

  public struct Member: Sendable, Equatable {
    public var name: String
    public var value: JSONNode

    public init(name: String, value: JSONNode) {
      self.name = name
      self.value = value
    }
  }
}

extension JSONNode {
  /// A member of an object; nil where there is none, or this is no object. Names are the same where their bytes are.
  public subscript(_ name: String) -> JSONNode? {
    guard case .object(let members) = self else { return nil }
    for member in members where member.name.utf8.elementsEqual(name.utf8) { return member.value }
    return nil
  }

  public var string: String? { if case .string(let text) = self { text } else { nil } }
  public var array: [JSONNode]? { if case .array(let items) = self { items } else { nil } }
  public var isObject: Bool { if case .object = self { true } else { false } }

  /// A number rounded down to a whole one: `1.5e3` is 1500. Nil for anything else, and beyond ±2⁵³.
  public var integer: Int64? {
    guard case .number(let text) = self else { return nil }
    if let whole = Int64(text) { return whole.magnitude <= 1 << 53 ? whole : nil }
    guard let value = Double(text), value.magnitude <= 0x1p53 else { return nil }
    return Int64(value.rounded(.down))
  }
}
