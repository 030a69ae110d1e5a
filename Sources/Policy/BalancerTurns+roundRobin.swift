public import Primitives

extension BalancerTurns {
  /// Round-robin over equal weights: the next usable one after the last.
  @inlinable
  internal mutating func inTurn<S: EndpointSet>(
    _ set: S, _ excluded: EndpointMask, _ random: inout Random
  ) -> Int? {
    place(in: set, &random)
    let count = set.count
    var index = cursor
    for _ in 0..<count {
      index = index &+ 1 < count ? index &+ 1 : 0
      if Balancer.isUsable(index, of: set, excluded) {
        cursor = index
        return index
      }
    }
    return nil
  }

  /// Smooth weighted round-robin as nginx does it: every usable endpoint gains its weight, the richest is
  /// picked and pays what all have gained. 5:1:1 gives a a b a c a a, not a a a a a b c.
  @inlinable
  internal mutating func smoothly<S: EndpointSet>(_ set: S, _ excluded: EndpointMask) -> Int? {
    var total = 0
    var best = -1
    for index in 0..<set.count where Balancer.isUsable(index, of: set, excluded) {
      let weight = set.weight(index)
      if weight <= 0 { continue }
      total &+= weight
      current[index] &+= weight
      if best < 0 || current[index] > current[best] { best = index }
    }
    if best < 0 { return nil }
    current[best] &-= total
    return best
  }
}
