/// A block of addresses: `10.0.0.0/8`, `2001:db8::/32`, or one address alone.
///
/// An IPv4 address that an IPv6 socket reports as `::ffff:10.0.0.5` (RFC 4291, section 2.5.5.2) is the IPv4 address,
/// on either side of the comparison. No block of IPv6 holds any of IPv4, `::/0` neither.
public struct NetworkPrefix: Sendable, Hashable {
  private let isV4: Bool
  private let high: UInt64
  /// Of IPv4, the address in the lower half.
  private let low: UInt64
  /// Bits that are given: of 32, or of 128.
  public let length: Int

  /// - Throws: `.hostBits` with the block that was meant where bits behind the prefix are set.
  public init(_ text: String) throws(NetworkPrefixError) {
    let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    guard let first = parts.first, let address = SocketAddress(ip: String(first), port: 0) else {
      throw .noAddress
    }
    let whole = Self.words(of: address)
    guard let whole else { throw .noAddress }
    let isMapped = if case .v6 = address { whole.isV4 } else { false }
    var length = whole.isV4 ? 32 : 128
    if parts.count == 2 {
      let digits = parts[1]
      let most = isMapped ? 128 : length
      guard !digits.isEmpty, digits.utf8.allSatisfy({ $0 >= 48 && $0 <= 57 }), let given = Int(digits),
        given <= most, !isMapped || given >= 96
      else { throw .length(most: most) }
      length = isMapped ? given - 96 : given
    }
    let masked = Self(masking: whole, length)
    if (masked.high, masked.low) != (whole.high, whole.low) { throw .hostBits(meant: masked) }
    self = masked
  }

  private init(masking address: (isV4: Bool, high: UInt64, low: UInt64), _ length: Int) {
    isV4 = address.isV4
    self.length = length
    high = address.high & Self.mask(isV4 ? 0 : min(length, 64))
    low = address.low & (isV4 ? Self.mask(32 + length) : Self.mask(max(0, length - 64)))
  }

  public func contains(_ address: SocketAddress) -> Bool {
    guard let words = Self.words(of: address), words.isV4 == isV4 else { return false }
    if isV4 { return (words.low ^ low) & Self.mask(32 + length) == 0 }
    return (words.high ^ high) & Self.mask(min(length, 64)) == 0
      && (words.low ^ low) & Self.mask(max(0, length - 64)) == 0
  }

  /// Nil for a unix socket.
  @inline(__always)
  private static func words(of address: SocketAddress) -> (isV4: Bool, high: UInt64, low: UInt64)? {
    switch address {
    case .v4(let bits, _): return (true, 0, UInt64(bits))
    case .v6(let high, let low, _):
      if high == 0, low >> 32 == 0xFFFF { return (true, 0, low & 0xFFFF_FFFF) }
      return (false, high, low)
    case .unix: return nil
    }
  }

  /// The first `count` of 64 bits.
  @inline(__always)
  private static func mask(_ count: Int) -> UInt64 { count == 0 ? 0 : ~0 << UInt64(64 - count) }
}

extension NetworkPrefix: CustomStringConvertible {
  public var description: String {
    let address: SocketAddress =
      isV4 ? .v4(address: UInt32(low), port: 0) : .v6(high: high, low: low, port: 0)
    return "\(address.host)/\(length)"
  }
}
