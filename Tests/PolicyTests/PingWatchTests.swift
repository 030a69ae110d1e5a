import Policy
import Primitives
import Testing

/// Pings after a silence, and after somebody has waited in vain.
@Suite struct PingWatchTests {
  private static let timeout = Interval.seconds(3)
  private var watch = PingWatch()

  init() { watch.heard(at(ms: 1_000)) }

  private mutating func check(_ ms: Int64, every interval: Interval = .zero) -> PingWatch.Action {
    watch.check(at(ms: ms), every: interval, within: Self.timeout)
  }

  private func next(every interval: Interval = .zero) -> MonotonicTime { watch.next(interval, Self.timeout) }

  @Test mutating func aSilentPeerIsAskedOnceAndThenGivenUp() {
    let interval = Interval.seconds(10)
    #expect(next(every: interval) == at(ms: 11_000))
    #expect(check(10_999, every: interval) == .nothing)
    #expect(check(11_000, every: interval) == .ping)
    #expect(!watch.isSuspect)
    #expect(next(every: interval) == at(ms: 14_000))
    #expect(check(13_999, every: interval) == .nothing)
    #expect(check(14_000, every: interval) == .dead)
  }

  @Test mutating func anyWordIsAnAnswer() {
    let interval = Interval.seconds(10)
    #expect(check(11_000, every: interval) == .ping)
    watch.heard(at(ms: 12_000))
    #expect(check(14_000, every: interval) == .nothing)
    #expect(next(every: interval) == at(ms: 22_000))
  }

  @Test mutating func withoutAnIntervalSilenceAloneIsNothing() {
    #expect(check(1_000_000) == .nothing)
    #expect(next() == .distantFuture)
  }

  @Test mutating func whoeverHasSaidNothingDuringTheWaitIsSuspect() {
    #expect(watch.waitedInVain(from: at(ms: 1_000), at(ms: 2_000)) == .ping)
    #expect(watch.isSuspect)
    #expect(next() == at(ms: 5_000))
    #expect(check(4_999) == .nothing)
    #expect(watch.isSuspect)
    #expect(check(5_000) == .dead)
  }

  @Test mutating func whoeverHasSaidAnythingIsNot() {
    #expect(watch.waitedInVain(from: at(ms: 999), at(ms: 2_000)) == .nothing)
    #expect(!watch.isSuspect)
    #expect(next() == .distantFuture)
  }

  @Test mutating func aSuspectIsTrustedAgainOnceItIsHeard() {
    #expect(watch.waitedInVain(from: at(ms: 1_000), at(ms: 2_000)) == .ping)
    watch.heard(at(ms: 2_500))
    #expect(!watch.isSuspect)
    #expect(check(5_000) == .nothing)
    #expect(next() == .distantFuture)
    #expect(watch.waitedInVain(from: at(ms: 2_500), at(ms: 9_000)) == .ping)
  }

  /// However many wait in vain: one ping, and the time for its answer is not put off.
  @Test mutating func aSuspectIsAskedOnce() {
    #expect(watch.waitedInVain(from: at(ms: 1_000), at(ms: 2_000)) == .ping)
    #expect(watch.waitedInVain(from: at(ms: 1_500), at(ms: 4_000)) == .nothing)
    #expect(check(5_000) == .dead)
  }

  @Test mutating func whoeverIsAskedAlreadyBecomesSuspectToo() {
    let interval = Interval.seconds(10)
    #expect(check(11_000, every: interval) == .ping)
    #expect(watch.waitedInVain(from: at(ms: 2_000), at(ms: 12_000)) == .nothing)
    #expect(watch.isSuspect)
    #expect(check(14_000, every: interval) == .dead)
  }
}
