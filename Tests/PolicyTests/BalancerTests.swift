import Policy
import Primitives
import Testing

@Suite struct BalancerTests {
  @Test(arguments: Balancing.allCases) func noneWhereNoneIsAvailable(_ balancing: Balancing) {
    var random = Random(seed: 1)
    for set in [
      TableSet(weights: []), TableSet(weights: [0, 0]), TableSet(weights: [1, 1], out: [0, 1]),
      TableSet(weights: [3, 0], out: [0]),
    ] {
      var balancer = Balancer(balancing, over: set)
      #expect(balancer.pick(set, random: &random) == nil)
      #expect(balancer.pick(set, excluding: mask(0), random: &random) == nil)
    }
  }

  @Test(arguments: Balancing.allCases) func onlyUsableOnesArePicked(_ balancing: Balancing) {
    var random = Random(seed: 2)
    for _ in 0..<300 {
      let count = 1 + random.next(below: 12)
      let equal = random.next(below: 2) == 0
      var set = TableSet(weights: (0..<count).map { _ in equal ? 2 : random.next(below: 4) })
      var balancer = Balancer(balancing, over: set)
      for _ in 0..<20 {
        set.out = Set((0..<count).filter { _ in random.next(below: 3) == 0 })
        set.loads = (0..<count).map { _ in random.next(below: 3) }
        var excluded = EndpointMask()
        for _ in 0..<random.next(below: 4) { excluded.insert(random.next(below: count)) }
        let available = (0..<count).filter { set.isAvailable($0) && set.weights[$0] > 0 }
        let preferred = available.filter { !excluded.contains($0) }
        let candidates = preferred.isEmpty ? available : preferred
        let picked = balancer.pick(set, excluding: excluded, random: &random)
        if candidates.isEmpty {
          #expect(picked == nil)
        } else {
          #expect(picked.map(candidates.contains) == true)
        }
      }
    }
  }

  @Test(arguments: Balancing.allCases) func theFailedOneIsUsedWhereNoOtherIsLeft(_ balancing: Balancing) {
    var random = Random(seed: 3)
    let set = TableSet(weights: [1, 1, 1], out: [0, 2])
    var balancer = Balancer(balancing, over: set)
    #expect(balancer.pick(set, excluding: mask(1), random: &random) == 1)
  }

  // MARK: Retries

  /// One of three is dead, each failure is retried once: the dead one gets its third of the first attempts and no more,
  /// and the others share its load evenly.
  @Test(arguments: [Balancing.roundRobin, .leastRequest], [[1, 1, 1], [2, 1, 1]])
  func retriesTakeTurnsOfTheirOwn(_ balancing: Balancing, _ weights: [Int]) throws {
    var random = Random(seed: 6)
    let set = TableSet(weights: weights)
    var balancer = Balancer(balancing, over: set)
    let isSpread = balancing == .roundRobin || weights == [1, 1, 1]
    var (firsts, retries) = ([0, 0, 0], [0, 0, 0])
    for _ in 0..<120 {
      let first = try #require(balancer.pick(set, random: &random))
      firsts[first] += 1
      if first != 0 { continue }
      retries[try #require(balancer.pick(set, excluding: mask(0), isRetry: true, random: &random))] += 1
    }
    if isSpread {
      let sum = weights.reduce(0, +)
      #expect(firsts == weights.map { 120 * $0 / sum })
      #expect(retries == [0, firsts[0] / 2, firsts[0] / 2])
    }
  }

  // MARK: Round-robin

  @Test func equalWeightsTakeTurns() throws {
    var random = Random(seed: 4)
    let set = TableSet(weights: [2, 2, 2, 2])
    var balancer = Balancer(.roundRobin, over: set)
    var last = try #require(balancer.pick(set, random: &random))
    for _ in 0..<20 {
      let next = try #require(balancer.pick(set, random: &random))
      #expect(next == (last + 1) % 4)
      last = next
    }
  }

  @Test func workersBeginAtDifferentPlaces() {
    let set = TableSet(weights: Array(repeating: 1, count: 8))
    let first = (0..<64).map { seed in
      var random = Random(seed: UInt64(seed))
      var balancer = Balancer(.roundRobin, over: set)
      return balancer.pick(set, random: &random) ?? -1
    }
    #expect(Set(first).count >= 6)
  }

  @Test func aMissingOneLeavesEvenSharesToTheOthers() {
    var random = Random(seed: 5)
    let set = TableSet(weights: [1, 1, 1, 1], out: [2])
    var balancer = Balancer(.roundRobin, over: set)
    #expect(shares(&balancer, set, 300, &random) == [100, 100, 0, 100])
  }

  @Test func weightedTurnsAreSmooth() {
    var random = Random(seed: 6)
    let set = TableSet(weights: [5, 1, 1])
    var balancer = Balancer(.roundRobin, over: set)
    let picks = (0..<14).map { _ in balancer.pick(set, random: &random) ?? -1 }
    // The example of nginx's own change log.
    #expect(picks == [0, 0, 1, 0, 2, 0, 0] + [0, 0, 1, 0, 2, 0, 0])
  }

  @Test func weightedTurnsAreExactInEveryPeriod() {
    var random = Random(seed: 7)
    for _ in 0..<30 {
      let weights = (0..<(2 + random.next(below: 6))).map { _ in 1 + random.next(below: 9) }
      let set = TableSet(weights: weights)
      var balancer = Balancer(.roundRobin, over: set)
      for _ in 0..<3 { #expect(shares(&balancer, set, weights.reduce(0, +), &random) == weights) }
    }
  }

  // MARK: Least-request

  @Test func theLeastLoadedIsPicked() {
    var random = Random(seed: 8)
    for _ in 0..<500 {
      let count = 1 + random.next(below: 20)
      let weights = (0..<count).map { _ in 1 + random.next(below: 5) }
      var set = TableSet(weights: weights)
      var balancer = Balancer(.leastRequest, over: set)
      for _ in 0..<10 {
        set.loads = (0..<count).map { _ in random.next(below: 6) }
        guard let picked = balancer.pick(set, random: &random) else {
          Issue.record("nothing picked")
          return
        }
        for other in 0..<count {
          #expect((set.loads[picked] + 1) * weights[other] <= (set.loads[other] + 1) * weights[picked])
        }
      }
    }
  }

  @Test func tiesRotate() {
    var random = Random(seed: 9)
    let idle = TableSet(weights: [1, 1, 1, 1, 1])
    var balancer = Balancer(.leastRequest, over: idle)
    #expect(shares(&balancer, idle, 50, &random) == [10, 10, 10, 10, 10])
    let some = TableSet(weights: [1, 1, 1, 1, 1], loads: [7, 2, 9, 2, 2])
    #expect(shares(&balancer, some, 30, &random) == [0, 10, 0, 10, 10])
    // 2/2 = 3/3 = 1/1: a tie between different weights.
    let mixed = TableSet(weights: [2, 3, 1, 1], loads: [1, 2, 0, 4])
    var weighted = Balancer(.leastRequest, over: mixed)
    #expect(shares(&weighted, mixed, 30, &random) == [10, 10, 10, 0])
  }

  @Test func heldRequestsSpreadByWeight() {
    var random = Random(seed: 10)
    var set = TableSet(weights: [1, 2, 4])
    var balancer = Balancer(.leastRequest, over: set)
    for _ in 0..<700 {
      if let index = balancer.pick(set, random: &random) { set.loads[index] += 1 }
    }
    #expect(set.loads == [100, 200, 400])
  }

  // MARK: Random

  @Test func randomFollowsTheWeights() {
    var random = Random(seed: 11)
    for (weights, out) in [([1, 1, 1, 1], []), ([1, 2, 5], []), ([1, 9, 90, 3], [2]), ([4, 4, 4], [0])] {
      let set = TableSet(weights: weights, out: Set(out))
      var balancer = Balancer(.random, over: set)
      let counts = shares(&balancer, set, 60_000, &random)
      let total = weights.indices.filter { !out.contains($0) }.map { weights[$0] }.reduce(0, +)
      for index in weights.indices {
        let expected = out.contains(index) ? 0 : 60_000 * weights[index] / total
        #expect(abs(counts[index] - expected) < 1_000, "\(weights) without \(out): \(counts)")
      }
    }
  }

  @Test func randomFindsTheFewThatAreLeft() {
    var random = Random(seed: 12)
    let last = [97, 98, 99]
    for weights in [Array(repeating: 1, count: 100), (0..<100).map { $0 < 97 ? 50 : $0 - 96 }] {
      let set = TableSet(weights: weights, out: Set(0..<97))
      var balancer = Balancer(.random, over: set)
      let counts = shares(&balancer, set, 6_000, &random)
      let total = last.map { weights[$0] }.reduce(0, +)
      for index in last { #expect(abs(counts[index] - 6_000 * weights[index] / total) < 300) }
    }
  }

  private func shares(_ balancer: inout Balancer, _ set: TableSet, _ picks: Int, _ random: inout Random)
    -> [Int]
  {
    var counts = Array(repeating: 0, count: set.count)
    for _ in 0..<picks {
      if let index = balancer.pick(set, random: &random) { counts[index] += 1 }
    }
    return counts
  }
}
