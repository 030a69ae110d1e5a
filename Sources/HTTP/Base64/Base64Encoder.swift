internal import Primitives

/// Base64 (RFC 4648, section 4) made piece by piece: up to two bytes wait for the next piece, until `finish`.
struct Base64Encoder: Sendable {
  /// The bytes that wait, the first highest.
  private var held: UInt32 = 0
  private var count = 0

  mutating func encode(_ input: Span<UInt8>, to output: inout ByteBuffer) {
    output.reserve((input.count &+ 2) / 3 &* 4)
    var i = 0
    while i < input.count, count > 0 {
      push(input[i], &output)
      i &+= 1
    }
    while input.count &- i >= 3 {
      let triple = UInt32(input[i]) &<< 16 | UInt32(input[i &+ 1]) &<< 8 | UInt32(input[i &+ 2])
      output.append(word: Self.quad(triple), count: 4)
      i &+= 3
    }
    while i < input.count {
      push(input[i], &output)
      i &+= 1
    }
  }

  /// Writes what waits, with padding. More may follow: a decoder takes padding at the end of any quad.
  mutating func finish(to output: inout ByteBuffer) {
    if count == 0 { return }
    let padding: UInt64 = 0x3d
    if count == 1 {
      output.append(word: Self.quad(held &<< 16) & 0xffff | padding &<< 16 | padding &<< 24, count: 4)
    } else {
      output.append(word: Self.quad(held &<< 8) & 0xff_ffff | padding &<< 24, count: 4)
    }
    held = 0
    count = 0
  }

  private mutating func push(_ byte: UInt8, _ output: inout ByteBuffer) {
    held = held &<< 8 | UInt32(byte)
    count &+= 1
    if count < 3 { return }
    output.append(word: Self.quad(held), count: 4)
    held = 0
    count = 0
  }

  /// Four characters for 24 bits, the first one lowest.
  @inline(__always)
  private static func quad(_ bits: UInt32) -> UInt64 {
    character(bits &>> 18) | character(bits &>> 12) &<< 8 | character(bits &>> 6) &<< 16
      | character(bits) &<< 24
  }

  @inline(__always)
  private static func character(_ bits: UInt32) -> UInt64 {
    let alphabet: StaticString = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    return UInt64(alphabet.bytes[Int(bits & 63)])
  }
}
