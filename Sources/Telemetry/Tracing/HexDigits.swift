/// Hexadecimal numbers out of header values.
internal enum HexDigits {
  /// Which digits above 9 are taken.
  enum Letters { case lower, any }

  /// The `count` (at most 16) digits from `start`; nil where one is none, or the text is too short.
  @inline(__always)
  static func parse(_ bytes: Span<UInt8>, _ start: Int, _ count: Int, _ letters: Letters) -> UInt64? {
    guard start >= 0, count >= 0, count <= 16, count <= bytes.count &- start else { return nil }
    var value: UInt64 = 0
    var index = start
    let end = start &+ count
    while index < end {
      guard let digit = digit(bytes[index], letters) else { return nil }
      value = value << 4 | digit
      index &+= 1
    }
    return value
  }

  @inline(__always)
  private static func digit(_ byte: UInt8, _ letters: Letters) -> UInt64? {
    if byte >= 48, byte <= 57 { return UInt64(byte &- 48) }
    let folded = letters == .any ? byte | 0x20 : byte
    if folded >= 97, folded <= 102 { return UInt64(folded &- 87) }
    return nil
  }
}
