extension ReceivedTrace {
  /// The single `b3` field: `{trace}-{span}[-{0|1|d}[-{parent}]]`, or the decision alone. Nil where malformed.
  init?(b3 bytes: Span<UInt8>) {
    if bytes.count == 1 {
      guard let decision = Self.decision(b3: bytes[0]) else { return nil }
      self.init(decision: decision)
      return
    }
    // 16 or 32 digits before the first dash.
    let digits = bytes.count > 32 && bytes[16] != 45 ? 32 : 16
    guard bytes.count >= digits + 17, bytes[digits] == 45 else { return nil }
    self.init()
    guard setTrace(b3: bytes.extracting(0..<digits)), setSpan(bytes, digits + 1) else { return nil }
    let rest = digits + 17
    if bytes.count == rest { return }
    guard bytes.count >= rest + 2, bytes[rest] == 45, let decision = Self.decision(b3: bytes[rest + 1]) else {
      return nil
    }
    self.decision = decision
    if bytes.count == rest + 2 { return }
    guard bytes.count == rest + 19, bytes[rest + 2] == 45, HexDigits.parse16(bytes, rest + 3, .any) != nil
    else {
      return nil
    }
  }

  private static func decision(b3 byte: UInt8) -> Decision? {
    switch byte {
    case 48: .no
    case 49: .yes
    case 100: .debug
    default: nil
    }
  }

  /// `X-B3-Sampled`: 0 or 1, and what early clients sent. Anything else leaves the decision open.
  static func decision(b3Sampled bytes: Span<UInt8>) -> Decision {
    if bytes.count == 1 { return bytes[0] == 49 ? .yes : bytes[0] == 48 ? .no : .open }
    if bytes.count == 4 { return (bytes[0] | 0x20) == 116 ? .yes : .open }
    if bytes.count == 5 { return (bytes[0] | 0x20) == 102 ? .no : .open }
    return .open
  }

  /// A trace id of 16 or 32 digits. Upper case, which senders should avoid, is understood.
  mutating func setTrace(b3 bytes: Span<UInt8>) -> Bool {
    if bytes.count == 16 {
      guard let low = HexDigits.parse16(bytes, 0, .any), low != 0 else { return false }
      traceHigh = 0
      traceLow = low
      isShort = true
      return true
    }
    guard bytes.count == 32, let high = HexDigits.parse16(bytes, 0, .any),
      let low = HexDigits.parse16(bytes, 16, .any), (high | low) != 0
    else { return false }
    traceHigh = high
    traceLow = low
    isShort = false
    return true
  }

  /// A span id of 16 digits at `start`.
  mutating func setSpan(_ bytes: Span<UInt8>, _ start: Int) -> Bool {
    guard let id = HexDigits.parse16(bytes, start, .any), id != 0 else { return false }
    span = id
    return true
  }
}
