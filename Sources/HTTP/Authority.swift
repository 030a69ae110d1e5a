internal import Primitives

/// Host and port, as `Host` and absolute targets carry them (RFC 3986 §3.2, without user information).
enum Authority {
  /// A name, an IPv4 address or a bracketed IPv6 address, and maybe a port. A name must not be empty, and may hold
  /// neither commas nor percent-encodings.
  static func isValid(_ input: Span<UInt8>, _ range: ByteRange) -> Bool {
    let start = range.start
    let end = range.end
    guard end > start else { return false }
    let index =
      input[start] == UInt8(ascii: "[") ? endOfAddress(input, start, end) : endOfName(input, start, end)
    guard index > start else { return false }
    return index == end || input[index] == UInt8(ascii: ":") && isPort(input, index &+ 1, end)
  }

  /// The place of the first byte that cannot stand in a name.
  @inline(__always)
  private static func endOfName(_ input: Span<UInt8>, _ start: Int, _ end: Int) -> Int {
    var index = start
    while index < end {
      // Letters, digits, dots and dashes go by in words, the others one by one.
      while input.count &- index >= 8, index < end {
        let word = input.word(at: index)
        let usual = Word.letters(word) | Word.within(word, 0x30, 0x39) | Word.within(word, 0x2d, 0x2e)
        let others = ~usual & Word.highBits
        if others != 0 {
          index &+= Word.first(others)
          break
        }
        index &+= 8
      }
      if index >= end { return end }
      if !ByteClass.host.contains(input[index]) { return index }
      index &+= 1
    }
    return end
  }

  /// The place behind a bracketed address; `start` where it is none.
  private static func endOfAddress(_ input: Span<UInt8>, _ start: Int, _ end: Int) -> Int {
    var index = start &+ 1
    while index < end, input[index] != UInt8(ascii: "]") {
      let byte = input[index]
      guard byte.hexValue != nil || byte == UInt8(ascii: ":") || byte == UInt8(ascii: ".") else {
        return start
      }
      index &+= 1
    }
    return index < end && index &- start > 2 ? index &+ 1 : start
  }

  /// Up to five digits, not above 65535; none is the default port.
  @inline(__always)
  private static func isPort(_ input: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
    let count = end &- start
    guard count <= 5 else { return false }
    let word = Word.load(input, start, upTo: count)
    let digits = Word.within(word, 0x30, 0x39)
    if count < 5 { return digits == Word.highBits & ((1 &<< UInt64(count &* 8)) &- 1) }
    // The first digit counts most in a number, as the highest byte does in a word: 65535 is the last that passes.
    return digits == Word.highBits & 0xff_ffff_ffff && word.byteSwapped <= Word.of("65535").byteSwapped
  }
}
