import Mesh
import Primitives
import Testing

@Suite struct RouteRuleTests {
  private func rule(_ weights: [Int]) -> RouteRule {
    let backends = weights.enumerated().map { index, weight in
      WeightedBackend(
        service: Service(index: StableNumber(index), name: "s\(index)", state: ServiceState()),
        weight: weight)
    }
    return RouteRule(index: 0, routeName: "r", ruleName: "0", backends: backends)
  }

  private func shares(_ weights: [Int]) -> [Int] {
    var random = Random(seed: 7)
    var counts = weights.map { _ in 0 }
    let rule = rule(weights)
    for _ in 0..<100_000 {
      let backend = rule.pickBackend(random: &random)
      backend { counts[$0.index] += 1 }
    }
    return counts
  }

  @Test func sharesFollowWeights() {
    let counts = shares([95, 5])
    #expect(counts[0] + counts[1] == 100_000)
    #expect((4_500...5_500).contains(counts[1]))
    let three = shares([1, 2, 1])
    #expect((24_000...26_000).contains(three[0]) && (49_000...51_000).contains(three[1]))
  }

  @Test func zeroWeighsNothing() {
    #expect(shares([0, 3, 0]) == [0, 100_000, 0])
    let counts = shares([1, 0, 1])
    #expect(counts[1] == 0 && counts[0] > 0 && counts[2] > 0)
  }

  @Test func nothingToChooseFrom() {
    #expect(shares([]) == [])
    #expect(shares([0]) == [0])
    #expect(shares([0, 0]) == [0, 0])
  }
}
