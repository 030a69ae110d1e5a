internal import Primitives

/// Eight bytes at a time in one register, the first byte lowest, whatever the machine's byte order.
///
/// All of it is safe: the loads go through a span of known length, which the optimiser turns into one load.
enum Word {
  static var highBits: UInt64 { @inline(__always) get { 0x8080_8080_8080_8080 } }
  static var lowBits: UInt64 { @inline(__always) get { 0x0101_0101_0101_0101 } }

  @inline(__always)
  static func repeating(_ byte: UInt8) -> UInt64 { UInt64(byte) &* lowBits }

  /// Up to eight bytes at `index`, zeros above them.
  @inline(__always)
  static func load(_ bytes: Span<UInt8>, _ index: Int, upTo count: Int) -> UInt64 {
    if bytes.count &- index >= 8 {
      let word = bytes.word(at: index)
      return count >= 8 ? word : word & ((1 &<< UInt64(count &* 8)) &- 1)
    }
    var word: UInt64 = 0
    var i = min(count, bytes.count &- index) &- 1
    while i >= 0 {
      word = word &<< 8 | UInt64(bytes[index &+ i])
      i &-= 1
    }
    return word
  }

  /// The n-th word of a text, zeros above its end: a constant of the program.
  @inline(__always)
  static func of(_ text: StaticString, _ n: Int = 0) -> UInt64 {
    load(text.bytes, n &* 8, upTo: min(8, text.bytes.count &- n &* 8))
  }

  /// The high bit of each byte that is a letter.
  @inline(__always)
  static func letters(_ word: UInt64) -> UInt64 {
    let seven = (word | repeating(0x20)) & repeating(0x7f)
    let fromA = seven &+ repeating(0x80 - 0x61)
    let pastZ = seven &+ repeating(0x7f - 0x7a)
    return fromA & ~pastZ & ~word & highBits
  }

  /// The high bit of each byte in `low ... high`, both below 0x80.
  @inline(__always)
  static func within(_ word: UInt64, _ low: UInt8, _ high: UInt8) -> UInt64 {
    let seven = word & repeating(0x7f)
    let fromLow = seven &+ repeating(0x80 &- low)
    let pastHigh = seven &+ repeating(0x7f &- high)
    return fromLow & ~pastHigh & ~word & highBits
  }

  /// The high bit of each byte that equals `byte`, exactly.
  @inline(__always)
  static func equal(_ word: UInt64, _ byte: UInt8) -> UInt64 {
    let difference = word ^ repeating(byte)
    return ~(((difference & repeating(0x7f)) &+ repeating(0x7f)) | difference) & highBits
  }

  @inline(__always)
  static func lowercased(_ word: UInt64) -> UInt64 { word | letters(word) &>> 2 }

  /// Marks every byte that is a control or DEL; it may mark some others too, so each mark is to be looked at.
  @inline(__always)
  static func maybeControls(_ word: UInt64) -> UInt64 {
    ((word &- repeating(0x20)) | (word &+ lowBits)) & ~word & highBits
  }

  /// The bytes below the lowest mark of a mask, which must have one; zeros above them.
  @inline(__always)
  static func before(_ marks: UInt64, _ word: UInt64) -> UInt64 {
    word & (((marks & (0 &- marks)) &>> 7) &- 1)
  }

  /// Whether the `count` bytes at `start` are a text in lower case, with letters of either case.
  @inline(__always)
  static func matches(_ bytes: Span<UInt8>, _ start: Int, _ count: Int, _ text: StaticString) -> Bool {
    if count != text.bytes.count { return false }
    if lowercased(load(bytes, start, upTo: count)) != of(text, 0) { return false }
    if text.bytes.count <= 8 { return true }
    return lowercased(load(bytes, start &+ 8, upTo: count &- 8)) == of(text, 1) && text.bytes.count <= 16
  }

  /// Which byte, from 0, the lowest mark of a mask belongs to.
  @inline(__always)
  static func first(_ marks: UInt64) -> Int { marks.trailingZeroBitCount &>> 3 }
}
