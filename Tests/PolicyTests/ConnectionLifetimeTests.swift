import Policy
import Primitives
import Testing

@Suite struct ConnectionLifetimeTests {
  @Test func withoutBoundsAConnectionLivesForEver() {
    var random = Random(seed: 1)
    let lifetime = ConnectionLifetime()
    #expect(lifetime.end(from: at(ms: 5), random: &random) == .distantFuture)
    #expect(!lifetime.isReached(requests: .max))
  }

  @Test func agesAreSpreadOverTheLastTenth() {
    var random = Random(seed: 1)
    let lifetime = ConnectionLifetime(maxAge: .seconds(100))
    let ends = (0..<1_000).map { _ in lifetime.end(from: at(ms: 7), random: &random) }
    #expect(ends.allSatisfy { $0 > at(ms: 90_006) && $0 <= at(ms: 100_007) })
    for tenth in 0..<10 {
      let from = at(ms: 90_007 + Int64(tenth) * 1_000)
      #expect(ends.contains { $0 >= from && $0 < from + .seconds(1) })
    }
  }

  @Test func requestsAreCounted() {
    let lifetime = ConnectionLifetime(maxRequests: 3)
    #expect([0, 1, 2, 3, 4].map { lifetime.isReached(requests: $0) } == [false, false, false, true, true])
  }
}
