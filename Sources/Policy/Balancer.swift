public import Primitives

/// One worker's balancing state for one service: picks an endpoint for each attempt.
///
/// Picking allocates nothing. With equal weights, round-robin and random cost O(1); weighted round-robin reads
/// every endpoint; least-request reads every endpoint until it meets one that nothing can beat (idle, and of
/// the greatest weight). It does so for large sets too: two random choices would be cheaper past a few hundred
/// endpoints, but are not exact. Not thread-safe: each worker has its own.
public struct Balancer: Sendable {
  @usableFromInline internal let balancing: Balancing
  /// The greatest weight; what makes least-request stop early.
  @usableFromInline internal let heaviest: Int
  /// Whether all weights are the same.
  @usableFromInline internal let isUniform: Bool
  /// The endpoint picked last, -1 before the first pick.
  @usableFromInline internal var cursor = -1
  /// Smooth round-robin's current weights; empty where weights are equal.
  @usableFromInline internal var current: [Int] = []
  /// Running sums of the weights; only for weighted random.
  @usableFromInline internal var sums: [Int] = []

  /// `set` must have the same count and weights in every later `pick`.
  public init<S: EndpointSet>(_ balancing: Balancing, over set: S) {
    self.balancing = balancing
    let weights = (0..<set.count).map { max(0, set.weight($0)) }
    heaviest = weights.max() ?? 0
    isUniform = weights.allSatisfy { $0 == weights[0] }
    if isUniform { return }
    switch balancing {
    case .roundRobin: current = Array(repeating: 0, count: weights.count)
    case .random:
      var sum = 0
      sums = weights.map {
        sum += $0
        return sum
      }
    case .leastRequest: break
    }
  }

  /// The index of the endpoint to use; nil where none is available.
  ///
  /// Endpoints in `excluding` are avoided, unless no other is available: then a failed one is better than none.
  @inlinable
  public mutating func pick<S: EndpointSet>(
    _ set: S, excluding: EndpointMask = EndpointMask(), random: inout Random
  ) -> Int? {
    if heaviest == 0 { return nil }
    if let index = choose(set, excluding, &random) { return index }
    return excluding.isEmpty ? nil : choose(set, EndpointMask(), &random)
  }

  @inlinable
  internal mutating func choose<S: EndpointSet>(
    _ set: S, _ excluded: EndpointMask, _ random: inout Random
  ) -> Int? {
    switch balancing {
    case .roundRobin: isUniform ? inTurn(set, excluded, &random) : smoothly(set, excluded)
    case .leastRequest: leastLoaded(set, excluded, &random)
    case .random: isUniform ? anyOf(set, excluded, &random) : byWeight(set, excluded, &random)
    }
  }

  @inlinable
  internal static func isUsable<S: EndpointSet>(_ index: Int, of set: S, _ excluded: EndpointMask) -> Bool {
    set.isAvailable(index) && !excluded.contains(index)
  }

  /// Workers begin at different places, so that the first endpoint does not get the first request of each.
  @inlinable
  internal mutating func place<S: EndpointSet>(in set: S, _ random: inout Random) {
    if cursor < 0 { cursor = random.next(below: set.count) }
  }
}
