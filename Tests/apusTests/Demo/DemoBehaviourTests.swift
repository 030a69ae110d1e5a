import Primitives
import Testing

@testable import apus

@Suite struct DemoBehaviourTests {
  private func failures(_ behaviour: DemoBehaviour, from: Int64, to: Int64) -> Double {
    var random = Random(seed: 1)
    var failed = 0
    for index in 0..<1000 {
      let time = Interval.milliseconds(from + (to - from) * Int64(index) / 1000)
      switch behaviour.answer(at: time, random: &random) {
      case .failure, .reset: failed += 1
      case .ok: break
      }
    }
    return Double(failed) / 1000
  }

  @Test func onlyOneServiceFails() {
    #expect(failures(.web, from: 0, to: 12_000) == 0)
    #expect(failures(.reports, from: 0, to: 12_000) == 0)
  }

  @Test(arguments: [Int64(0), 12_000, 120_000])
  func failsNowAndThenThenAlwaysThenNever(_ start: Int64) {
    #expect(0.05...0.2 ~= failures(.flaky, from: start, to: start + 2000))
    #expect(failures(.flaky, from: start + 2000, to: start + 4000) > 0.8)
    #expect(failures(.flaky, from: start + 4000, to: start + 8000) == 0)
    #expect(0.05...0.2 ~= failures(.flaky, from: start + 8000, to: start + 12_000))
  }

  @Test func slowMeansSlow() {
    var random = Random(seed: 1)
    for _ in 0..<100 {
      guard case .ok(let delay) = DemoBehaviour.reports.answer(at: .zero, random: &random) else {
        Issue.record("it failed")
        return
      }
      #expect(Interval.milliseconds(60) <= delay && delay < .milliseconds(240))
    }
  }
}
