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

  /// The last `digits` (at most 16) hexadecimal digits of a number, in lower case.
  @inline(__always)
  mutating func append(hex value: UInt64, digits: Int = 16) {
    var index = count &+ digits
    var rest = value
    count = index
    while index > count &- digits {
      index &-= 1
      let nibble = UInt8(truncatingIfNeeded: rest) & 15
      storage[index] = nibble &+ (nibble < 10 ? 48 : 87)
      rest >>= 4
    }
  }
}
