import Policy
import Primitives
import Testing

@Suite struct BackoffTests {
  @Test(arguments: [
    (0, 0), (1, 25), (2, 75), (3, 175), (4, 250), (5, 250), (61, 250), (62, 250), (63, 250), (1_000, 250),
  ])
  func boundsAreEnvoys(_ retry: Int, _ milliseconds: Int64) {
    #expect(Backoff().bound(beforeRetry: retry) == .milliseconds(milliseconds))
  }

  @Test func boundsDoNotOverflow() {
    let long = Backoff(base: .seconds(3_600), maximum: .seconds(1_000_000))
    for retry in 1..<70 {
      #expect(long.bound(beforeRetry: retry) > .zero)
      #expect(long.bound(beforeRetry: retry) <= .seconds(1_000_000))
    }
  }

  @Test func jitterIsFull() {
    var random = Random(seed: 1)
    let delays = (0..<10_000).map { _ in Backoff().delay(beforeRetry: 2, random: &random) }
    #expect(delays.allSatisfy { $0 >= .zero && $0 < .milliseconds(75) })
    #expect(delays.contains { $0 < .milliseconds(3) })
    #expect(delays.contains { $0 > .milliseconds(72) })
    let mean = delays.map(\.seconds).reduce(0, +) / 10_000
    #expect(abs(mean - 0.0375) < 0.001)
  }

  @Test func steadyDelaysLieInTheUpperHalf() {
    let backoff = Backoff(base: .seconds(1), maximum: .seconds(30))
    var random = Random(seed: 3)
    for (number, bound) in [(1, 1.0), (2, 3), (3, 7), (9, 30)] {
      let delays = (0..<200).map { _ in backoff.steadyDelay(beforeRetry: number, random: &random).seconds }
      #expect(delays.allSatisfy { $0 >= bound / 2 && $0 < bound })
      #expect(Set(delays).count > 150)
    }
    #expect(backoff.steadyDelay(beforeRetry: 0, random: &random) == .zero)
  }

  @Test func noBaseMeansNoDelay() {
    var random = Random(seed: 1)
    #expect(Backoff(base: .zero).delay(beforeRetry: 3, random: &random) == .zero)
    #expect(Backoff(maximum: .zero).delay(beforeRetry: 3, random: &random) == .zero)
  }
}
