/// SHA-1 (FIPS 180-4, section 6.1), for the one thing that still asks for it: `Sec-WebSocket-Accept`, where it proves
/// that the peer speaks WebSocket and protects nothing. Not for anything that must be secret or signed.
enum SHA1 {
  static func hash(_ message: Span<UInt8>) -> InlineArray<20, UInt8> {
    var state: InlineArray<5, UInt32> = [0x6745_2301, 0xEFCD_AB89, 0x98BA_DCFE, 0x1032_5476, 0xC3D2_E1F0]
    // The message, one bit, zeros, and the length in bits as the last eight bytes of a block.
    let padded = (message.count + 9 + 63) / 64 * 64
    for block in stride(from: 0, to: padded, by: 64) { process(message, block, padded, &state) }
    var digest = InlineArray<20, UInt8>(repeating: 0)
    for i in 0..<20 { digest[i] = UInt8(truncatingIfNeeded: state[i / 4] &>> UInt32(24 - i % 4 * 8)) }
    return digest
  }

  private static func process(
    _ message: Span<UInt8>, _ block: Int, _ padded: Int, _ state: inout InlineArray<5, UInt32>
  ) {
    var w = InlineArray<80, UInt32>(repeating: 0)
    for i in 0..<64 {
      w[i / 4] = w[i / 4] &<< 8 | UInt32(byte(message, block + i, padded))
    }
    for i in 16..<80 { w[i] = rotate(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1) }
    var (a, b, c, d, e) = (state[0], state[1], state[2], state[3], state[4])
    for i in 0..<80 {
      let mixed: UInt32
      switch i {
      case ..<20: mixed = (b & c | ~b & d) &+ 0x5A82_7999
      case ..<40: mixed = (b ^ c ^ d) &+ 0x6ED9_EBA1
      case ..<60: mixed = (b & c | b & d | c & d) &+ 0x8F1B_BCDC
      default: mixed = (b ^ c ^ d) &+ 0xCA62_C1D6
      }
      let next = rotate(a, 5) &+ mixed &+ e &+ w[i]
      (a, b, c, d, e) = (next, a, rotate(b, 30), c, d)
    }
    state[0] &+= a
    state[1] &+= b
    state[2] &+= c
    state[3] &+= d
    state[4] &+= e
  }

  /// A byte of the padded message.
  private static func byte(_ message: Span<UInt8>, _ index: Int, _ padded: Int) -> UInt8 {
    if index < message.count { return message[index] }
    if index == message.count { return 0x80 }
    let fromEnd = padded - 1 - index
    return fromEnd < 8 ? UInt8(truncatingIfNeeded: (UInt64(message.count) &* 8) &>> UInt64(fromEnd * 8)) : 0
  }

  private static func rotate(_ word: UInt32, _ count: UInt32) -> UInt32 {
    word &<< count | word &>> (32 - count)
  }
}
