import Policy
import Primitives
import Testing

@Suite struct RefreshScheduleTests {
  private static let start = MonotonicTime(nanoseconds: 1_000_000_000_000)
  private func schedule() -> RefreshSchedule { RefreshSchedule(interval: .seconds(300), now: Self.start) }
  private func left(_ schedule: RefreshSchedule, _ now: MonotonicTime) -> Double {
    (schedule.next - now).seconds
  }

  @Test func theFirstIsDueAtOnce() {
    var schedule = schedule()
    #expect(schedule.next == Self.start)
    schedule.began(Self.start)
    #expect(schedule.next == .distantFuture)
  }

  @Test(
    arguments: [
      (nil, 270.0...300), (.seconds(60), 54...60), (.seconds(1000), 270...300), (.zero, 9...10),
      (.seconds(3), 9...10),
    ] as [(Interval?, ClosedRange<Double>)])
  func afterASuccess(lifetime: Interval?, expected: ClosedRange<Double>) {
    var seen: Set<Int64> = []
    for seed in 0..<50 {
      var (schedule, random) = (schedule(), Random(seed: UInt64(seed)))
      schedule.began(Self.start)
      let now = Self.start + .seconds(1)
      schedule.succeeded(now, lifetime: lifetime, random: &random)
      #expect(expected.contains(left(schedule, now)))
      seen.insert(schedule.next.nanoseconds)
    }
    #expect(seen.count > 25, "there is no jitter")
  }

  @Test func failuresBackOff() {
    var (schedule, random) = (schedule(), Random(seed: 1))
    var now = Self.start
    for bound in [1.0, 3, 7, 15, 31, 60, 60, 60] {
      schedule.began(now)
      schedule.failed(now, random: &random)
      #expect((bound / 2...bound).contains(left(schedule, now)), "\(bound)")
      now = schedule.next
    }
    #expect(schedule.failures == 8)
    schedule.began(now)
    schedule.succeeded(now, random: &random)
    #expect(schedule.failures == 0)
    schedule.began(now)
    schedule.failed(now, random: &random)
    #expect(left(schedule, now) <= 1)
  }

  @Test func aDemandBringsItForward() {
    var (schedule, random) = (schedule(), Random(seed: 1))
    schedule.began(Self.start)
    schedule.demanded(Self.start)
    #expect(schedule.next == .distantFuture, "one is under way")
    schedule.succeeded(Self.start + .seconds(1), random: &random)
    // Too soon after the last one.
    schedule.demanded(Self.start + .seconds(2))
    #expect(schedule.next == Self.start + .seconds(10))
    schedule.demanded(Self.start + .seconds(3))
    #expect(schedule.next == Self.start + .seconds(10))
    schedule.began(Self.start + .seconds(10))
    schedule.succeeded(Self.start + .seconds(11), random: &random)
    schedule.demanded(Self.start + .seconds(100))
    #expect(schedule.next == Self.start + .seconds(100))
  }

  @Test func noMoreThanTheIntervalIsLeast() {
    var (schedule, random) = (
      RefreshSchedule(interval: .seconds(10), least: .seconds(60), now: Self.start), Random(seed: 1)
    )
    schedule.began(Self.start)
    schedule.succeeded(Self.start, random: &random)
    #expect((9.0...10).contains(left(schedule, Self.start)))
  }
}
