import Primitives
import Testing

@testable import Discovery

@Suite struct KubernetesPaceTests {
  private let now = MonotonicTime(nanoseconds: 1_000_000_000_000)

  @Test func failuresWaitLongerAndLongerAndNeverForAMinuteOrMore() {
    for seed in 0..<50 as Range<UInt64> {
      var pace = KubernetesPace(seed: seed)
      for bound in [1, 3, 7, 15, 31, 60, 60, 60] as [Int64] {
        let wait = pace.failed(now: now) - now
        #expect(wait >= Interval(nanoseconds: bound * 500_000_000) && wait < .seconds(bound))
      }
    }
  }

  @Test func aShortTimeoutMakesForShortPausesAndALongOneForNoLongerOnes() {
    for (timeout, first, last) in [(3, 100, 6_000), (600, 1_000, 60_000)] as [(Int64, Int64, Int64)] {
      var pace = KubernetesPace(seed: 3, timeout: .seconds(timeout))
      let wait = pace.failed(now: now) - now
      #expect(wait >= .milliseconds(first / 2) && wait < .milliseconds(first))
      for _ in 0..<20 { _ = pace.failed(now: now) }
      let late = pace.failed(now: now) - now
      #expect(late >= .milliseconds(last / 2) && late < .milliseconds(last))
    }
  }

  @Test func aServersWishIsHonouredUpToFiveMinutes() {
    var pace = KubernetesPace(seed: 1)
    let wait = pace.failed(now: now, wish: .seconds(100)) - now
    #expect(wait >= .seconds(100) && wait < .seconds(110))
    let longest = pace.failed(now: now, wish: .seconds(86_400)) - now
    #expect(longest >= .seconds(300) && longest < .seconds(330))
  }

  @Test func aStreamThatWasWorthSomethingGoesOnAtOnce() {
    var pace = KubernetesPace(seed: 1)
    #expect(pace.ended(now: now, began: now, hasTold: true) == nil)
    #expect(pace.ended(now: now, began: now - .seconds(2), hasTold: false) == nil)
    #expect(pace.ended(now: now, began: now, hasTold: false) != nil)
  }

  /// A server that ends each watch after one event is not asked hundreds of times a second.
  @Test func ofStreamsThatWereShortOnlyTheFirstIsFollowedAtOnce() {
    var pace = KubernetesPace(seed: 1)
    #expect(pace.ended(now: now, began: now - .milliseconds(1), hasTold: true) == nil)
    for lifetime in [1, 999] as [Int64] {
      pace.succeeded()
      let next = pace.ended(now: now, began: now - .milliseconds(lifetime), hasTold: true)
      #expect(next == now + .milliseconds(1_000 - lifetime))
      #expect(pace.failures == 0)
    }
    #expect(pace.ended(now: now, began: now - .seconds(1), hasTold: true) == nil)
    #expect(pace.ended(now: now, began: now, hasTold: true) == nil)
    #expect(pace.ended(now: now, began: now, hasTold: true) != nil)
  }

  @Test func onlyTheFirstOfSeveralExpiriesIsFollowedAtOnce() {
    var pace = KubernetesPace(seed: 1)
    #expect(pace.expired(now: now) == nil)
    #expect(pace.expired(now: now) != nil)
    pace.succeeded()
    #expect(pace.expired(now: now) == nil)
  }

  /// A server that comes back has forgotten what was before, as a rule: its clients have waited long enough.
  @Test func afterFailuresTheFirstExpiryIsFollowedAtOnceToo() {
    var pace = KubernetesPace(seed: 1)
    for _ in 0..<5 { _ = pace.failed(now: now) }
    #expect(pace.expired(now: now) == nil)
    #expect(pace.failures == 5)
    #expect(pace.expired(now: now) != nil)
  }
}
