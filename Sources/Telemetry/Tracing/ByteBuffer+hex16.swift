internal import Primitives

extension ByteBuffer {
  /// All 16 hexadecimal digits of a number, in lower case.
  @inline(__always)
  mutating func append(hex16 value: UInt64) {
    append(word: HexDigits.digits(UInt32(truncatingIfNeeded: value &>> 32)))
    append(word: HexDigits.digits(UInt32(truncatingIfNeeded: value)))
  }

  /// Overwrites 16 bytes with the digits of a number.
  @inline(__always)
  mutating func replace(at index: Int, hex16 value: UInt64) {
    replace(at: index, word: HexDigits.digits(UInt32(truncatingIfNeeded: value &>> 32)))
    replace(at: index &+ 8, word: HexDigits.digits(UInt32(truncatingIfNeeded: value)))
  }
}
