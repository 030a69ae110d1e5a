internal import JSON

/// A claim that services get as a header field.
public struct ClaimHeader: Sendable, Equatable {
  public let claim: ClaimPath
  public let name: String
  /// In lower case.
  public let nameBytes: [UInt8]

  /// - Parameter name: of the field; a token (RFC 9110, section 5.6.2), checked by whoever reads the configuration.
  public init(claim: ClaimPath, name: String) {
    self.claim = claim
    self.name = name
    nameBytes = Array(name.lowercased().utf8)
  }

  /// The field's value: a text as it is, a number or boolean as it is written, a list of them joined by commas.
  ///
  /// Nil, and no field then, for anything that would not be read as what it is: objects, items with commas, line ends
  /// and other controls, space at the ends, nothing at all.
  func value(in claims: JSONNode) -> [UInt8]? {
    guard let node = claim.find(in: claims) else { return nil }
    if case .array(let items) = node {
      let values = items.map(Self.text)
      guard !values.isEmpty, values.allSatisfy({ $0.map { !$0.contains(44) } ?? false }) else { return nil }
      return Array(values.compactMap { $0 }.joined(separator: [44]))
    }
    return Self.text(node)
  }

  private static func text(_ node: JSONNode) -> [UInt8]? {
    let text: [UInt8]
    switch node {
    case .string(let value), .number(let value): text = Array(value.utf8)
    case .boolean(let value): text = Array((value ? "true" : "false").utf8)
    case .null, .array, .object: return nil
    }
    guard let first = text.first, let last = text.last, first != 32, last != 32 else { return nil }
    return text.allSatisfy { $0 >= 32 && $0 != 127 } ? text : nil
  }
}
