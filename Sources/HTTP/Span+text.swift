internal import Primitives

extension Span<UInt8> {
  /// The same bytes.
  public func equals(_ other: Span<UInt8>) -> Bool {
    guard count == other.count else { return false }
    for i in indices where self[i] != other[i] { return false }
    return true
  }

  /// The same bytes as a text of the program.
  @inline(__always)
  func equals(_ text: StaticString) -> Bool { equals(text.bytes) }

  /// The same bytes as `other`, which is in lower case, with letters of either case here.
  public func equalsLowercase(_ other: Span<UInt8>) -> Bool {
    guard count == other.count else { return false }
    for i in indices where self[i].lowercased != other[i] { return false }
    return true
  }

  /// `equalsLowercase` with a text of the program.
  @inline(__always)
  public func equalsLowercase(_ text: StaticString) -> Bool { equalsLowercase(text.bytes) }

  /// The same bytes, but for the case of letters.
  func equalsIgnoringCase(_ other: Span<UInt8>) -> Bool {
    guard count == other.count else { return false }
    for i in indices where self[i].lowercased != other[i].lowercased { return false }
    return true
  }

  /// The next member of a comma-separated list at `index`, trimmed; empty members are passed over (RFC 9110
  /// §5.6.1). Nil at the end. Quotes mean nothing here: only for lists of tokens.
  public func nextMember(_ index: inout Int) -> ByteRange? {
    while index < count {
      var start = index
      while index < count, self[index] != UInt8(ascii: ",") { index += 1 }
      var end = index
      index += 1
      while start < end, self[start].isBlank { start += 1 }
      while end > start, self[end - 1].isBlank { end -= 1 }
      if start < end { return ByteRange(start, end) }
    }
    return nil
  }

  /// Whether a list of tokens holds this one, which is in lower case.
  public func listContains(_ token: StaticString) -> Bool {
    var index = 0
    while let member = nextMember(&index) {
      if extracting(member.indices).equalsLowercase(token) { return true }
    }
    return false
  }

  /// No letter is in upper case.
  var isLowercase: Bool {
    for i in indices where self[i] &- 0x41 < 26 { return false }
    return true
  }

  /// One or more token characters (RFC 9110 §5.6.2).
  var isToken: Bool {
    for i in indices where !ByteClass.token.contains(self[i]) { return false }
    return count > 0
  }
}

extension UInt8 {
  /// A space or a tab.
  @inline(__always) var isBlank: Bool { self == 0x20 || self == 0x09 }
  @inline(__always) var isDigit: Bool { self &- 0x30 < 10 }
  @inline(__always) var lowercased: UInt8 { self &- 0x41 < 26 ? self | 0x20 : self }

  /// The value of a hexadecimal digit, or nil.
  @inline(__always) var hexValue: UInt8? {
    if isDigit { return self &- 0x30 }
    let letter = (self | 0x20) &- 0x61
    return letter < 6 ? letter &+ 10 : nil
  }
}
