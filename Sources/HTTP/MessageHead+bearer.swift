/// What a request's `Authorization` says, to those who want a bearer token (RFC 6750, section 2.1).
public enum BearerCredentials: Sendable, Equatable {
  /// There is none, or of another scheme.
  case none
  /// A range of the head.
  case token(ByteRange)
  /// Several fields, or a scheme without one token behind it.
  case malformed
}

extension MessageHead {
  public var bearer: BearerCredentials {
    guard let place = index(of: .authorization) else { return .none }
    let value = fields[place].value
    let bytes = bytes(of: value)
    var end = 0
    while end < bytes.count, !bytes[end].isBlank { end += 1 }
    guard bytes.extracting(0..<end).equalsLowercase("bearer") else { return .none }
    if nextIndex(of: .authorization, from: place + 1) != nil { return .malformed }
    var start = end
    while start < bytes.count, bytes[start].isBlank { start += 1 }
    // RFC 7235's token68 and nothing behind it.
    for index in start..<bytes.count where !Self.isToken68(bytes[index]) { return .malformed }
    return start == bytes.count ? .malformed : .token(ByteRange(value.start + start, value.end))
  }

  private static func isToken68(_ byte: UInt8) -> Bool {
    switch byte {
    case 48...57, 65...90, 97...122: true
    case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"), UInt8(ascii: "+"),
      UInt8(ascii: "/"), UInt8(ascii: "="):
      true
    default: false
    }
  }

  /// Takes out all fields that a service could take for this name, which is in lower case: servers that hand fields to
  /// programs as variables make underscores of hyphens.
  public mutating func removeLike(_ name: Span<UInt8>) {
    for place in fields.indices where !fields[place].isRemoved {
      if Self.isLike(bytes(of: fields[place].name), name) { remove(at: place) }
    }
  }

  static func isLike(_ name: Span<UInt8>, _ wanted: Span<UInt8>) -> Bool {
    guard name.count == wanted.count else { return false }
    for index in 0..<name.count {
      let byte = name[index] == UInt8(ascii: "_") ? UInt8(ascii: "-") : name[index].lowercased
      let other = wanted[index] == UInt8(ascii: "_") ? UInt8(ascii: "-") : wanted[index]
      if byte != other { return false }
    }
    return true
  }
}
