public import Primitives

extension Balancer {
  /// How often a draw may hit an unusable endpoint before the usable ones are counted. Drawing anew keeps
  /// the odds of the usable ones as they are.
  @inlinable internal static var draws: Int { 4 }

  @inlinable
  internal mutating func anyOf<S: EndpointSet>(
    _ set: S, _ excluded: EndpointMask, _ random: inout Random
  ) -> Int? {
    for _ in 0..<Self.draws {
      let index = random.next(below: set.count)
      if Self.isUsable(index, of: set, excluded) { return index }
    }
    return counted(set, excluded, &random)
  }

  @inlinable
  internal mutating func byWeight<S: EndpointSet>(
    _ set: S, _ excluded: EndpointMask, _ random: inout Random
  ) -> Int? {
    for _ in 0..<Self.draws {
      let drawn = random.next(below: sums[sums.count &- 1])
      // The first endpoint whose running sum lies above what was drawn.
      var low = 0
      var high = sums.count &- 1
      while low < high {
        let middle = (low &+ high) >> 1
        if sums[middle] > drawn { high = middle } else { low = middle &+ 1 }
      }
      if Self.isUsable(low, of: set, excluded) { return low }
    }
    return counted(set, excluded, &random)
  }

  /// The exact draw where most are unusable: two scans.
  @inlinable
  internal func counted<S: EndpointSet>(
    _ set: S, _ excluded: EndpointMask, _ random: inout Random
  ) -> Int? {
    var total = 0
    for index in 0..<set.count where Self.isUsable(index, of: set, excluded) {
      total &+= max(0, set.weight(index))
    }
    if total == 0 { return nil }
    var left = random.next(below: total)
    var last: Int?
    for index in 0..<set.count where Self.isUsable(index, of: set, excluded) {
      let weight = max(0, set.weight(index))
      if weight == 0 { continue }
      if left < weight { return index }
      left &-= weight
      last = index
    }
    // Another thread took an endpoint out between the scans.
    return last
  }
}
