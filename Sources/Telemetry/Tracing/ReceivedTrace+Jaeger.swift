extension ReceivedTrace {
  /// Jaeger's `uber-trace-id`: `{trace}:{span}:{parent}:{flags}`, the colons maybe written `%3A`, leading zeros of
  /// the ids maybe left out; flags bit 0 sampled, bit 1 debug. Nil where malformed.
  init?(jaeger bytes: Span<UInt8>) {
    self.init()
    var index = 0
    guard let trace = Self.part(bytes, &index, most: 32), let span = Self.part(bytes, &index, most: 16),
      Self.part(bytes, &index, most: 16) != nil, let flags = Self.part(bytes, &index, most: 2),
      index == bytes.count + 1
    else { return nil }
    traceHigh = trace.high
    traceLow = trace.low
    self.span = span.low
    guard hasIDs else { return nil }
    isShort = trace.digits <= 16
    decision = flags.low & 2 != 0 ? .debug : flags.low & 1 != 0 ? .yes : .no
  }

  /// One number of 1 to `most` digits and the separator behind it; the text's end counts as one, and leaves
  /// `index` one past it.
  private static func part(
    _ bytes: Span<UInt8>, _ index: inout Int, most: Int
  ) -> (high: UInt64, low: UInt64, digits: Int)? {
    let start = index
    var end = start
    while end < bytes.count, bytes[end] != 58, bytes[end] != 37 { end += 1 }
    let digits = end - start
    guard digits >= 1, digits <= most else { return nil }
    let split = max(0, digits - 16)
    guard let high = HexDigits.parse(bytes, start, split, .any),
      let low = HexDigits.parse(bytes, start + split, digits - split, .any)
    else { return nil }
    if end < bytes.count, bytes[end] == 37 {
      guard end + 2 < bytes.count, bytes[end + 1] == 51, (bytes[end + 2] | 0x20) == 97 else { return nil }
      index = end + 3
    } else {
      index = end + 1
    }
    return (high, low, digits)
  }
}
