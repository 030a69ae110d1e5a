import Policy
import Primitives
import Testing

/// `ring-hash`: where keys go, and which of them move when endpoints come and go.
@Suite struct BalancerHashTests {
  private static let keys = (0..<20_000).map { StableHash("user-\($0)").value }

  private func set(_ names: [String], weights: [Int]? = nil) -> TableSet {
    var set = TableSet(weights: weights ?? names.map { _ in 1 })
    set.names = names
    return set
  }

  /// The endpoint of each key, by name.
  private func places(_ set: TableSet) -> [String] {
    var balancer = Balancer(.ringHash, over: set)
    var random = Random(seed: 1)
    return Self.keys.map { key in balancer.pick(set, key: key, random: &random).map { set.names![$0] } ?? "" }
  }

  @Test func aKeyHasItsEndpointInEveryProcess() {
    let (one, other) = (places(set(["a", "b", "c"])), places(set(["c", "a", "b"])))
    #expect(one == other)
    // Fixed for ever: sidecars of different versions serve side by side.
    let firsts = Array(one.prefix(6))
    #expect(firsts == ["c", "a", "c", "c", "a", "a"], "\(firsts)")
  }

  @Test(arguments: [[1, 1, 1, 1], [1, 2, 3, 4], [10, 1, 1, 1]])
  func theyAreSpreadByWeight(_ weights: [Int]) {
    let names = ["a", "b", "c", "d"]
    let found = places(set(names, weights: weights))
    for (name, weight) in zip(names, weights) {
      let share = Double(found.count { $0 == name }) / Double(found.count)
      let expected = Double(weight) / Double(weights.reduce(0, +))
      // Five standard deviations of 20,000 draws.
      #expect(
        abs(share - expected) < 5 * (expected * (1 - expected) / 20_000).squareRoot(), "\(name): \(share)")
    }
  }

  @Test(arguments: [[1, 1, 1, 1], [4, 3, 2, 1]])
  func onlyTheKeysOfOneThatLeavesMove(_ weights: [Int]) {
    let before = places(set(["a", "b", "c", "d"], weights: weights))
    let after = places(set(["a", "b", "d"], weights: [weights[0], weights[1], weights[3]]))
    #expect(zip(before, after).allSatisfy { $0 == $1 || $0 == "c" })
    #expect(Set(zip(before, after).filter { $0.0 == "c" }.map(\.1)) == ["a", "b", "d"])
  }

  @Test func oneThatJoinsTakesItsShareAndNothingElseMoves() {
    let before = places(set(["a", "b", "c"]))
    let after = places(set(["a", "b", "c", "d"]))
    #expect(zip(before, after).allSatisfy { $0 == $1 || $1 == "d" })
    let moved = after.count { $0 == "d" }
    #expect(abs(moved - 5_000) < 310)
  }

  @Test func aRetryGoesToTheNextOfItsOwn() {
    let all = set(["a", "b", "c"])
    var balancer = Balancer(.ringHash, over: all)
    var random = Random(seed: 1)
    for key in Self.keys.prefix(200) {
      let first = balancer.pick(all, key: key, random: &random)!
      let second = balancer.pick(all, key: key, excluding: mask(first), isRetry: true, random: &random)!
      var without = all
      without.out = [first]
      #expect(second != first && balancer.pick(without, key: key, random: &random) == second)
    }
  }

  @Test func withoutAKeyItIsAnyOfThem() {
    let all = set(["a", "b", "c"])
    var balancer = Balancer(.ringHash, over: all)
    var random = Random(seed: 1)
    let found = Set((0..<100).map { _ in balancer.pick(all, random: &random) })
    #expect(found == [0, 1, 2])
  }
}
