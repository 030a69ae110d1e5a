internal import Primitives

/// Base64 (RFC 4648, section 4) read piece by piece, cut anywhere. Padding may end any quad, since gRPC-Web joins
/// pieces that were padded each for itself. Nothing else is taken: no line ends, no other alphabet, no missing
/// padding, no bits that padding would drop.
struct Base64Decoder: Sendable {
  /// Of the quad that is not complete, the first character highest.
  private var bits: UInt32 = 0
  private var count = 0
  private var padding = 0

  /// The input may end here: it does not end within a quad.
  var isComplete: Bool { count == 0 }

  /// False where the input is no base64; then nothing more can be read.
  mutating func decode(_ input: Span<UInt8>, to output: inout ByteBuffer) -> Bool {
    output.reserve((input.count &+ 3) / 4 &* 3)
    var i = 0
    while i < input.count {
      if count == 0, input.count &- i >= 4 {
        let a = Self.value(input[i])
        let b = Self.value(input[i &+ 1])
        let c = Self.value(input[i &+ 2])
        let d = Self.value(input[i &+ 3])
        if (a | b | c | d) < 64 {
          append(a &<< 18 | b &<< 12 | c &<< 6 | d, 3, &output)
          i &+= 4
          continue
        }
      }
      if !push(input[i], &output) { return false }
      i &+= 1
    }
    return true
  }

  private mutating func push(_ byte: UInt8, _ output: inout ByteBuffer) -> Bool {
    if byte == UInt8(ascii: "=") {
      // One or two, behind two characters at least.
      if count < 2 { return false }
      padding &+= 1
      bits = bits &<< 6
    } else {
      let value = Self.value(byte)
      if value >= 64 || padding > 0 { return false }
      bits = bits &<< 6 | value
    }
    count &+= 1
    if count < 4 { return true }
    let dropped: UInt32 = padding == 0 ? 0 : padding == 1 ? 0xff : 0xffff
    if bits & dropped != 0 { return false }
    append(bits, 3 &- padding, &output)
    bits = 0
    count = 0
    padding = 0
    return true
  }

  /// The first `count` of three bytes.
  @inline(__always)
  private func append(_ bits: UInt32, _ count: Int, _ output: inout ByteBuffer) {
    output.append(word: UInt64(bits.byteSwapped &>> 8), count: count)
  }

  /// 64 for what is no character of the alphabet.
  @inline(__always)
  static func value(_ byte: UInt8) -> UInt32 {
    if byte &- 0x41 < 26 { return UInt32(byte &- 0x41) }
    if byte &- 0x61 < 26 { return UInt32(byte &- 0x61) &+ 26 }
    if byte &- 0x30 < 10 { return UInt32(byte &- 0x30) &+ 52 }
    return byte == UInt8(ascii: "+") ? 62 : byte == UInt8(ascii: "/") ? 63 : 64
  }
}
