import Primitives
import Testing

@Suite struct MonotonicTimeTests {
  @Test func addsAndSubtracts() {
    let time = MonotonicTime(nanoseconds: 5_000_000_000)
    #expect(time + .seconds(2) == MonotonicTime(nanoseconds: 7_000_000_000))
    #expect(time - .milliseconds(1) == MonotonicTime(nanoseconds: 4_999_000_000))
    #expect(time - MonotonicTime(nanoseconds: 1) == Interval(nanoseconds: 4_999_999_999))
    #expect(time < time + .nanoseconds(1))
  }

  @Test func theFutureSaturates() {
    let time = MonotonicTime(nanoseconds: 5)
    #expect(time + Interval(nanoseconds: .max) == .distantFuture)
    #expect(MonotonicTime.distantFuture + .seconds(1) == .distantFuture)
    #expect(time < .distantFuture)
  }

  @Test func intervalsConvert() {
    #expect(Interval.seconds(1) == .milliseconds(1_000))
    #expect(Interval.milliseconds(1) == .microseconds(1_000))
    #expect(Interval.microseconds(1) == .nanoseconds(1_000))
    #expect(Interval.milliseconds(2_500).seconds == 2.5)
    #expect(Interval.nanoseconds(2_999_999).milliseconds == 2)
    #expect(Interval.nanoseconds(-2_999_999).milliseconds == -2)
    #expect(Interval.seconds(1) * 3 - .seconds(1) + .zero == .seconds(2))
  }
}
