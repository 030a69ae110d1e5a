internal import Primitives

/// Hexadecimal numbers in header values, eight digits at a time in one register: the first digit in the lowest byte.
internal enum HexDigits {
  /// Which digits above 9 are taken.
  enum Letters { case lower, any }

  /// The 16 digits from `start`; nil where one is none, or the text is too short.
  @inline(__always)
  static func parse16(_ bytes: Span<UInt8>, _ start: Int, _ letters: Letters) -> UInt64? {
    guard start >= 0, bytes.count &- start >= 16 else { return nil }
    guard let high = value(bytes.word(at: start), letters),
      let low = value(bytes.word(at: start &+ 8), letters)
    else {
      return nil
    }
    return high << 32 | low
  }

  /// The `count` (0 to 16) digits from `start`; nil where one is none, or the text is too short.
  static func parse(_ bytes: Span<UInt8>, _ start: Int, _ count: Int, _ letters: Letters) -> UInt64? {
    guard start >= 0, count >= 0, count <= 16, count <= bytes.count &- start else { return nil }
    var value: UInt64 = 0
    for index in start..<(start + count) {
      let byte = bytes[index]
      let folded = letters == .any ? byte | 0x20 : byte
      if byte >= 48, byte <= 57 {
        value = value << 4 | UInt64(byte - 48)
      } else if folded >= 97, folded <= 102 {
        value = value << 4 | UInt64(folded - 87)
      } else {
        return nil
      }
    }
    return value
  }

  /// The eight lower-case digits of a number.
  @inline(__always)
  static func digits(_ value: UInt32) -> UInt64 {
    // The most significant byte comes first; spread the bytes, then their halves.
    var x = UInt64(value.byteSwapped)
    x = (x | x &<< 16) & 0x0000_FFFF_0000_FFFF
    x = (x | x &<< 8) & 0x00FF_00FF_00FF_00FF
    x = (x &>> 4) & 0x000F_000F_000F_000F | (x & 0x000F_000F_000F_000F) &<< 8
    // 10 to 15 carry into the upper half when 6 is added: those become letters.
    let isLetter = ((x &+ repeating(6)) &>> 4) & repeating(1)
    return x &+ repeating(48) &+ isLetter &* 39
  }

  /// The sixteen digits of a number, in two words.
  @inline(__always)
  static func digits16(_ value: UInt64) -> (UInt64, UInt64) {
    (digits(UInt32(truncatingIfNeeded: value &>> 32)), digits(UInt32(truncatingIfNeeded: value)))
  }

  // MARK: - Words

  @inline(__always)
  private static func repeating(_ byte: UInt8) -> UInt64 { UInt64(byte) &* 0x0101_0101_0101_0101 }

  /// The high bit of each byte in `low ... high`, both below 0x80.
  @inline(__always)
  private static func within(_ word: UInt64, _ low: UInt8, _ high: UInt8) -> UInt64 {
    let seven = word & repeating(0x7F)
    return (seven &+ repeating(0x80 &- low)) & ~(seven &+ repeating(0x7F &- high)) & ~word & repeating(0x80)
  }

  @inline(__always)
  private static func value(_ word: UInt64, _ letters: Letters) -> UInt64? {
    let isDigit = within(word, 48, 57)
    let isLetter = within(letters == .any ? word | repeating(0x20) : word, 97, 102)
    guard isDigit | isLetter == repeating(0x80) else { return nil }
    var x = (word & repeating(15)) &+ (isLetter &>> 7) &* 9
    x = (x &<< 4 | x &>> 8) & 0x00FF_00FF_00FF_00FF
    x = (x | x &>> 8) & 0x0000_FFFF_0000_FFFF
    x = x | x &>> 16
    return UInt64(UInt32(truncatingIfNeeded: x).byteSwapped)
  }
}
