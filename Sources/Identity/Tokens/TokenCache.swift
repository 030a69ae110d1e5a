internal import Primitives

/// Tokens that were verified, so that one which comes again costs a comparison and no signature. One worker's.
///
/// Bounded in number and bytes: what has not been asked for since as many others came is forgotten. Only good tokens get
/// in, so that nobody without one can push others out. Looking one up allocates nothing.
public final class TokenCache {
  private struct Entry {
    let bytes: [UInt8]
    let token: VerifiedToken
  }

  /// Those of either generation that may be held: `count`, and together `bytes`.
  public struct Limits: Sendable {
    public var count = 1024
    public var bytes = 1 << 20

    public init() {}
  }

  private var young: [UInt64: Entry] = [:]
  private var old: [UInt64: Entry] = [:]
  private var youngBytes = 0
  private let seed: UInt64
  private let limits: Limits

  /// - Parameter seed: of the hash; random where the process serves.
  public init(seed: UInt64, limits: Limits = Limits()) {
    self.seed = seed
    self.limits = limits
  }

  /// Tokens held.
  public var count: Int { young.count + old.count }

  /// A token that was verified before, by a provider that `policy` takes. Nil: verify it.
  /// - Parameter now: seconds since 1970.
  /// - Throws: `.expired`; a clock that was set back: `.notYetValid`.
  public func find(
    _ bytes: Span<UInt8>, _ policy: TokenPolicy, now: Int64
  ) throws(TokenError) -> VerifiedToken? {
    let hash = hash(bytes)
    var isOld = false
    var entry = young[hash]
    if entry == nil {
      entry = old[hash]
      isOld = true
    }
    guard let entry, Self.isEqual(entry.bytes.span, bytes), policy.takes(entry.token) else { return nil }
    if let error = entry.token.validity.error(at: now) { throw error }
    if isOld { keep(entry, hash) }
    return entry.token
  }

  public func insert(_ bytes: Span<UInt8>, _ token: VerifiedToken) {
    var copy: [UInt8] = []
    copy.reserveCapacity(bytes.count)
    for index in 0..<bytes.count { copy.append(bytes[index]) }
    keep(Entry(bytes: copy, token: token), hash(bytes))
  }

  private func keep(_ entry: Entry, _ hash: UInt64) {
    if young.count >= limits.count || youngBytes + entry.bytes.count > limits.bytes {
      old = young
      young = [:]
      youngBytes = 0
    }
    old[hash] = nil
    if let other = young.updateValue(entry, forKey: hash) { youngBytes -= other.bytes.count }
    youngBytes += entry.bytes.count
  }

  private func hash(_ bytes: Span<UInt8>) -> UInt64 {
    var state = seed ^ UInt64(truncatingIfNeeded: bytes.count)
    var index = 0
    while bytes.count &- index >= 8 {
      state = (state ^ bytes.word(at: index)) &* 0x9E37_79B9_7F4A_7C15
      state ^= state >> 32
      index &+= 8
    }
    while index < bytes.count {
      state = (state ^ UInt64(bytes[index])) &* 0x9E37_79B9_7F4A_7C15
      index &+= 1
    }
    return state ^ state >> 29
  }

  /// Who can guess a prefix of somebody's token has seen it; but time is not made to tell.
  private static func isEqual(_ known: Span<UInt8>, _ bytes: Span<UInt8>) -> Bool {
    if known.count != bytes.count { return false }
    var difference: UInt64 = 0
    var index = 0
    while bytes.count &- index >= 8 {
      difference |= known.word(at: index) ^ bytes.word(at: index)
      index &+= 8
    }
    while index < bytes.count {
      difference |= UInt64(known[index] ^ bytes[index])
      index &+= 1
    }
    return difference == 0
  }
}
