/// Base64 with the alphabet for URLs and without padding (RFC 4648, section 5; RFC 7515, section 2).
enum Base64URL {
  /// Nil for anything else: padding, white space, the other alphabet, bits behind the last byte that are not zero.
  /// So nothing has two forms.
  static func decode(_ text: Span<UInt8>) -> [UInt8]? {
    if text.count % 4 == 1 { return nil }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.count * 3 / 4)
    var held: UInt32 = 0
    var bits = 0
    for index in 0..<text.count {
      let value = value(of: text[index])
      if value > 63 { return nil }
      held = held << 6 | value
      bits += 6
      if bits >= 8 {
        bits -= 8
        bytes.append(UInt8(truncatingIfNeeded: held >> UInt32(bits)))
        held &= 1 << UInt32(bits) - 1
      }
    }
    return held == 0 ? bytes : nil
  }

  /// 64 for what is no character of the alphabet.
  private static func value(of byte: UInt8) -> UInt32 {
    switch byte {
    case 65...90: UInt32(byte) - 65
    case 97...122: UInt32(byte) - 71
    case 48...57: UInt32(byte) + 4
    case 45: 62
    case 95: 63
    default: 64
    }
  }
}
