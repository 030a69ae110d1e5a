public import Primitives

/// A random UUID of version 4 (RFC 9562, section 5.4) for `X-Request-Id`: 36 characters in lower case.
public struct RequestID: Equatable, Sendable {
  public var high: UInt64
  public var low: UInt64

  public init(random: inout Random) {
    high = random.next() & 0xFFFF_FFFF_FFFF_0FFF | 0x4000
    low = random.next() & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000
  }

  /// Appends `xxxxxxxx-xxxx-4xxx-xxxx-xxxxxxxxxxxx`.
  public func append(to buffer: inout ByteBuffer) {
    let second = HexDigits.digits(UInt32(truncatingIfNeeded: high))
    let third = HexDigits.digits(UInt32(truncatingIfNeeded: low &>> 32))
    let last = HexDigits.digits(UInt32(truncatingIfNeeded: low))
    // Each dash moves what follows it by one byte.
    buffer.append(
      words: [
        HexDigits.digits(UInt32(truncatingIfNeeded: high &>> 32)),
        45 | (second & 0xFFFF_FFFF) &<< 8 | 45 &<< 40 | (second &>> 32) &<< 48,
        second &>> 48 | 45 &<< 16 | (third & 0xFFFF_FFFF) &<< 24 | 45 &<< 56,
        third &>> 32 | last &<< 32,
        last &>> 32,
      ], count: 36)
  }
}
