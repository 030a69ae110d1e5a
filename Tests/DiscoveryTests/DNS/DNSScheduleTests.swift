import Mesh
import Primitives
import Testing

@testable import Discovery

@Suite struct DNSScheduleTests {
  private let start = MonotonicTime(nanoseconds: 1_000_000_000_000)
  private var random = Random(seed: 5)

  private func schedule() -> DNSSchedule { DNSSchedule(DNSSettings(), now: start) }

  private func expect(_ wait: Interval, within range: ClosedRange<Interval>) {
    #expect(range.contains(wait), "\(wait.seconds) s")
  }

  @Test func theFirstQuestionIsDueAtOnceAndNoneWhileOneIsUnderWay() {
    var schedule = schedule()
    #expect(schedule.next == start)
    schedule.asked()
    #expect(schedule.next == .distantFuture)
  }

  /// Seconds: what records say, and when they are asked for again.
  @Test(arguments: [(0, 1.0), (1, 1), (20, 20), (300, 300), (86_400, 300)])
  mutating func lifetimesHoldWithinBounds(_ lifetime: Int64, _ expected: Double) {
    var schedule = schedule()
    for _ in 0..<100 {
      schedule.found(lifetime: .seconds(lifetime), start, &random)
      let wait = (schedule.next - start).seconds
      #expect(wait >= expected && wait < expected * 1.1)
    }
  }

  @Test mutating func whatHasNoLifetimeHoldsAsLongAsCanBe() {
    var schedule = schedule()
    schedule.found(lifetime: nil, start, &random)
    expect(schedule.next - start, within: .seconds(300) ... .seconds(330))
  }

  @Test mutating func failuresComeMoreAndMoreSeldom() {
    var schedule = schedule()
    for bound: Int64 in [1, 3, 7, 15, 30, 30, 30] {
      schedule.failed(start, &random)
      expect(schedule.next - start, within: .milliseconds(500 * bound) ... .seconds(bound))
    }
    schedule.found(lifetime: .seconds(5), start, &random)
    schedule.failed(start, &random)
    expect(schedule.next - start, within: .milliseconds(500) ... .seconds(1))
  }

  @Test mutating func nothingIsBelievedWhenItWasConfirmed() {
    var schedule = schedule()
    func nothing(_ random: inout Random) -> DNSSchedule.Verdict {
      schedule.nothing(lifetime: .seconds(20), known: true, start, &random)
    }
    #expect(nothing(&random) == .holds)
    expect(schedule.next - start, within: .seconds(1) ... .milliseconds(1100))
    #expect(nothing(&random) == .holds)
    // That nobody knows is no word for either.
    schedule.failed(start, &random)
    #expect(nothing(&random) == .takes)
    expect(schedule.next - start, within: .seconds(20) ... .seconds(22))
  }

  @Test mutating func whatIsFoundInBetweenBeginsTheCountAnew() {
    var schedule = schedule()
    for _ in 0..<2 {
      #expect(schedule.nothing(lifetime: nil, known: true, start, &random) == .holds)
      #expect(schedule.nothing(lifetime: nil, known: true, start, &random) == .holds)
      schedule.found(lifetime: .seconds(1), start, &random)
    }
  }

  /// Seconds: what the zone says, and when it is asked again.
  @Test(arguments: [(nil, 1.0), (0, 1), (10, 10), (3600, 30)] as [(Int64?, Double)])
  mutating func whatNeverWasThereIsLookedForAgain(_ lifetime: Int64?, _ expected: Double) {
    var schedule = schedule()
    #expect(
      schedule.nothing(lifetime: lifetime.map { .seconds($0) }, known: false, start, &random) == .takes)
    let wait = (schedule.next - start).seconds
    #expect(wait >= expected && wait < expected * 1.1)
  }
}
