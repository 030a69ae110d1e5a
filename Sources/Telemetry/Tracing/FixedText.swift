/// A header value of bounded length under construction, on the stack.
internal struct FixedText {
  /// Enough for the longest: a B3 or Jaeger context of 68 bytes.
  private var storage = InlineArray<72, UInt8>(repeating: 0)
  private(set) var count = 0

  var bytes: Span<UInt8> {
    @_lifetime(borrow self)
    get { storage.span.extracting(0..<count) }
  }

  @inline(__always)
  mutating func append(_ byte: UInt8) {
    storage[count] = byte
    count &+= 1
  }

  /// All 16 hexadecimal digits of a number, in lower case.
  @inline(__always)
  mutating func append(hex value: UInt64) {
    store(HexDigits.digits(UInt32(truncatingIfNeeded: value &>> 32)))
    store(HexDigits.digits(UInt32(truncatingIfNeeded: value)))
  }

  /// The last `digits` (at most 8) hexadecimal digits of a number, in lower case.
  @inline(__always)
  mutating func append(hex value: UInt32, digits: Int) {
    var word = HexDigits.digits(value) &>> UInt64(64 &- digits &* 8)
    for _ in 0..<digits {
      append(UInt8(truncatingIfNeeded: word))
      word &>>= 8
    }
  }

  /// Eight bytes, the lowest first.
  @inline(__always)
  private mutating func store(_ word: UInt64) {
    precondition(count <= 64)
    for offset in 0..<8 {
      storage[count &+ offset] = UInt8(truncatingIfNeeded: word &>> UInt64(offset &* 8))
    }
    count &+= 8
  }
}
