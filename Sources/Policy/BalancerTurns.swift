public import Primitives

/// Whose turn it is among a service's endpoints.
@usableFromInline
internal struct BalancerTurns: Sendable {
  /// The endpoint picked last, -1 before the first pick.
  @usableFromInline internal var cursor = -1
  /// Smooth round-robin's current weights; empty where weights are equal.
  @usableFromInline internal var current: [Int] = []

  @inlinable internal init() {}

  /// - Parameters:
  ///   - least: the least loaded one; else round-robin.
  ///   - heaviest: the greatest weight.
  @inlinable
  internal mutating func next<S: EndpointSet>(
    _ set: S, _ excluded: EndpointMask, least: Bool, _ isUniform: Bool, _ heaviest: Int,
    _ random: inout Random
  ) -> Int? {
    if least { return leastLoaded(set, excluded, heaviest: heaviest, &random) }
    return isUniform ? inTurn(set, excluded, &random) : smoothly(set, excluded)
  }

  /// Workers begin at different places, so that the first endpoint does not get the first request of each.
  @inlinable
  internal mutating func place<S: EndpointSet>(in set: S, _ random: inout Random) {
    if cursor < 0 { cursor = random.next(below: set.count) }
  }
}
