/// xoshiro256** (Blackman and Vigna, 2018), seeded through SplitMix64: fast, and the same seed gives the same
/// run, so that tests can be repeated. Not for secrets.
public struct Random: RandomNumberGenerator, Sendable {
  @usableFromInline internal var a, b, c, d: UInt64

  public init(seed: UInt64) {
    var state = seed
    func split() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var z = state
      z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
      return z ^ (z >> 31)
    }
    a = split()
    b = split()
    c = split()
    d = split()
  }

  @inlinable
  public mutating func next() -> UInt64 {
    let product = b &* 5
    let result = ((product << 7) | (product >> 57)) &* 9
    let t = b << 17
    c ^= a
    d ^= b
    b ^= c
    a ^= d
    c ^= t
    d = (d << 45) | (d >> 19)
    return result
  }

  /// Uniform in `0 ..< bound`; 0 where `bound` is 0. Lemire's multiplication; its bias is below 2⁻³² for small bounds.
  @inlinable
  public mutating func next(below bound: Int) -> Int {
    bound <= 0 ? 0 : Int(truncatingIfNeeded: next().multipliedFullWidth(by: UInt64(bound)).high)
  }

  /// Uniform in [0, 1).
  @inlinable
  public mutating func nextUnit() -> Double { Double(next() >> 11) * 0x1p-53 }
}
