public import Primitives

extension BalancerTurns {
  /// The least (active + 1) / weight, compared by cross-multiplication, so exactly. The scan begins behind
  /// the endpoint picked last and keeps the first of equals: ties rotate.
  @inlinable
  internal mutating func leastLoaded<S: EndpointSet>(
    _ set: S, _ excluded: EndpointMask, heaviest: Int, _ random: inout Random
  ) -> Int? {
    place(in: set, &random)
    let count = set.count
    var index = cursor
    var best = -1
    var bestLoad = 0
    var bestWeight = 1
    for _ in 0..<count {
      index = index &+ 1 < count ? index &+ 1 : 0
      if !Balancer.isUsable(index, of: set, excluded) { continue }
      let weight = set.weight(index)
      if weight <= 0 { continue }
      let load = set.active(index) &+ 1
      if best < 0 || load &* bestWeight < bestLoad &* weight {
        best = index
        bestLoad = load
        bestWeight = weight
        if load <= 1, weight == heaviest { break }
      }
    }
    if best < 0 { return nil }
    cursor = best
    return best
  }
}
