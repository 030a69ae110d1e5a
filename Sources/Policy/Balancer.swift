public import Primitives

/// One worker's balancing state for one service: picks an endpoint for each attempt.
///
/// Picking allocates nothing. With equal weights, round-robin and random cost O(1); weighted round-robin and ring-hash
/// read every endpoint; least-request reads every endpoint until it meets one that nothing can beat (idle, and of the
/// greatest weight). It does so for large sets too: two random choices would be cheaper past a few hundred
/// endpoints, but are not exact. Not thread-safe: each worker has its own.
public struct Balancer: Sendable {
  @usableFromInline internal let balancing: Balancing
  /// The greatest weight; what makes least-request stop early.
  @usableFromInline internal let heaviest: Int
  /// Whether all weights are the same.
  @usableFromInline internal let isUniform: Bool
  /// Whose turn it is for first attempts, and for further ones.
  @usableFromInline internal var firsts = BalancerTurns()
  @usableFromInline internal var retries = BalancerTurns()
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
    case .roundRobin:
      firsts.current = Array(repeating: 0, count: weights.count)
      retries.current = firsts.current
    case .random:
      var sum = 0
      sums = weights.map {
        sum += $0
        return sum
      }
    case .leastRequest, .ringHash: break
    }
  }

  /// The index of the endpoint to use; nil where none is available.
  ///
  /// Endpoints in `excluding` are avoided, unless no other is available: then a failed one is better than none.
  ///
  /// - Parameter key: of the request, for `ringHash`; without one it is any of them.
  ///
  /// Further attempts take turns of their own. If they took those of first attempts, as in Envoy, one dead endpoint of two
  /// would get nearly every first attempt: each retry moves the turn from the live one back to the dead one.
  @inlinable
  public mutating func pick<S: EndpointSet>(
    _ set: S, key: UInt64? = nil, excluding: EndpointMask = EndpointMask(), isRetry: Bool = false,
    random: inout Random
  ) -> Int? {
    if heaviest == 0 { return nil }
    if let index = choose(set, key, excluding, isRetry, &random) { return index }
    return excluding.isEmpty ? nil : choose(set, key, EndpointMask(), isRetry, &random)
  }

  @inlinable
  internal mutating func choose<S: EndpointSet>(
    _ set: S, _ key: UInt64?, _ excluded: EndpointMask, _ isRetry: Bool, _ random: inout Random
  ) -> Int? {
    if balancing == .ringHash { return byHash(set, key ?? random.next(), excluded) }
    if balancing == .random {
      return isUniform ? anyOf(set, excluded, &random) : byWeight(set, excluded, &random)
    }
    let isLeast = balancing == .leastRequest
    if isRetry { return retries.next(set, excluded, least: isLeast, isUniform, heaviest, &random) }
    return firsts.next(set, excluded, least: isLeast, isUniform, heaviest, &random)
  }

  @inlinable
  internal static func isUsable<S: EndpointSet>(_ index: Int, of set: S, _ excluded: EndpointMask) -> Bool {
    set.isAvailable(index) && (excluded.isEmpty || !excluded.contains(set.number(index)))
  }
}
