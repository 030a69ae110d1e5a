extension ReceivedTrace {
  /// A `traceparent` (W3C Trace Context level 2, section 3.2): `00-<32 hex>-<16 hex>-<2 hex>`, lower case only. A
  /// higher version is read as far as we know it, where its 55th byte ends it or is followed by `-`. Nil where
  /// it must be ignored.
  init?(traceparent bytes: Span<UInt8>) {
    guard bytes.count >= 55, bytes[2] == 45, bytes[35] == 45, bytes[52] == 45 else { return nil }
    guard let version = HexDigits.parse(bytes, 0, 2, .lower), version != 0xFF else { return nil }
    if bytes.count > 55, version == 0 || bytes[55] != 45 { return nil }
    guard let high = HexDigits.parse16(bytes, 3, .lower), let low = HexDigits.parse16(bytes, 19, .lower),
      let span = HexDigits.parse16(bytes, 36, .lower), let flags = HexDigits.parse(bytes, 53, 2, .lower)
    else { return nil }
    self.init(traceHigh: high, traceLow: low, span: span)
    guard hasIDs else { return nil }
    decision = flags & 1 != 0 ? .yes : .no
    isRandom = flags & 2 != 0
  }
}
