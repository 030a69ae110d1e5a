internal import Glibc

/// Weighted rendezvous hashing: every endpoint draws a number that depends on the key and on itself, and the best one
/// has the request (Thaler and Ravishankar, "Using name-based mappings to increase hit rates", 1998; with weights:
/// Schindelhauer and Schomaker, "Weighted distributed hash tables", 2005).
///
/// Where an endpoint leaves, its keys alone move, to all others in proportion; where one joins, it takes its share and
/// nothing else moves. A ring does so, too, but only about, and takes memory for every worker. Reads every endpoint.
extension Balancer {
  @inlinable
  internal func byHash<S: EndpointSet>(_ set: S, _ key: UInt64, _ excluded: EndpointMask) -> Int? {
    var best: Int?
    var most = -Double.infinity
    for index in 0..<set.count {
      let weight = set.weight(index)
      guard weight > 0, Self.isUsable(index, of: set, excluded) else { continue }
      let drawn = Self.draw(key, set.identity(index))
      // With one weight for all the draw itself says who is best.
      let score = isUniform ? drawn : Self.score(drawn, weight)
      if score > most { (best, most) = (index, score) }
    }
    return best
  }

  /// From 0 to 1, both excluded.
  @inlinable
  internal static func draw(_ key: UInt64, _ identity: UInt64) -> Double {
    var mixed = key ^ identity &* 0x9E37_79B9_7F4A_7C15
    mixed = (mixed ^ mixed &>> 30) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ mixed &>> 27) &* 0x94D0_49BB_1331_11EB
    mixed ^= mixed &>> 31
    return (Double(mixed &>> 11) + 0.5) * 0x1p-53
  }

  /// The greatest of these is each endpoint's in proportion to its weight.
  @usableFromInline
  internal static func score(_ drawn: Double, _ weight: Int) -> Double { Double(weight) / -log(drawn) }
}
