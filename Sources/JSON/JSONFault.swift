/// Why a text is not taken for JSON.
public struct JSONFault: Error, Equatable, Sendable {
  public enum Kind: UInt8, Sendable, CaseIterable {
    case tooLarge, tooDeep, empty, unexpectedByte, unexpectedEnd, trailingBytes
    case badNumber, badEscape, controlCharacter, notUTF8, loneSurrogate, repeatedName

    /// In words.
    public var reason: StaticString {
      switch self {
      case .tooLarge: "larger than allowed"
      case .tooDeep: "nested too deeply"
      case .empty: "empty"
      case .unexpectedByte: "unexpected character"
      case .unexpectedEnd: "unexpected end"
      case .trailingBytes: "text behind the value"
      case .badNumber: "malformed number"
      case .badEscape: "malformed escape"
      case .controlCharacter: "control character in a string"
      case .notUTF8: "string that is not UTF-8"
      case .loneSurrogate: "half of a surrogate pair"
      case .repeatedName: "name that comes twice in an object"
      }
    }
  }

  public var kind: Kind
  /// Bytes into the text.
  public var offset: Int

  public init(_ kind: Kind, at offset: Int) {
    self.kind = kind
    self.offset = offset
  }
}
