import Policy
import Primitives
import Testing

@Suite struct CircuitBreakerTests {
  private let settings = CircuitBreaker.Settings(
    failureRate: 0.5, minimumRequests: 10, window: .seconds(10), openFor: .seconds(5), halfOpenRequests: 3)

  private func report(_ breaker: CircuitBreaker, _ outcomes: String, _ now: MonotonicTime) {
    for outcome in outcomes { breaker.record(breaker.admit(now: now), success: outcome == "+", now: now) }
  }

  /// An open breaker, opened at 1,000 ms.
  private func opened() -> CircuitBreaker {
    let breaker = CircuitBreaker(settings)
    report(breaker, "----------", at(ms: 1_000))
    #expect(breaker.state == .open)
    return breaker
  }

  /// A half-open breaker at 6,000 ms with its probes.
  private func halfOpened() -> (CircuitBreaker, [Admission]) {
    let breaker = opened()
    let probes = (0..<3).map { _ in breaker.admit(now: at(ms: 6_000)) }
    #expect(breaker.state == .halfOpen)
    #expect(probes.allSatisfy { $0.kind == .probe })
    #expect(probes.map(\.beginsProbing) == [true, false, false])
    return (breaker, probes)
  }

  @Test(arguments: [
    ("---------", false), ("----------", true), ("+-+-+-+-+-", true), ("++++++----", false),
    ("++++++-----", false), ("++++++------", true), ("+++++-----", true), ("++++++++++", false),
  ])
  func opensAtTheRateOnceThereIsEnoughToJudge(_ outcomes: String, _ opens: Bool) {
    let breaker = CircuitBreaker(settings)
    report(breaker, outcomes, at(ms: 1))
    #expect((breaker.state == .open) == opens)
    #expect(breaker.transitions(to: .open) == (opens ? 1 : 0))
    #expect(breaker.lastTransition == (opens ? at(ms: 1) : nil))
  }

  @Test func whoCausesATransitionIsTold() {
    let breaker = CircuitBreaker(
      CircuitBreaker.Settings(failureRate: 0.5, minimumRequests: 2, openFor: .seconds(5), halfOpenRequests: 2)
    )
    let admitted = (0..<4).map { _ in breaker.admit(now: at(ms: 0)) }
    let told = admitted.map { breaker.record($0, success: false, now: at(ms: 1)) }
    #expect(told == [nil, .open, nil, nil])
    let failing = breaker.admit(now: at(ms: 6_000))
    #expect(breaker.record(failing, success: false, now: at(ms: 6_000)) == .open)
    let probes = (0..<2).map { _ in breaker.admit(now: at(ms: 12_000)) }
    #expect(probes.map { breaker.record($0, success: true, now: at(ms: 12_000)) } == [nil, .closed])
    #expect(breaker.record(breaker.admit(now: at(ms: 12_000)), success: true, now: at(ms: 12_000)) == nil)
  }

  @Test func threeOfThirtyIsTenPercent() {
    let breaker = CircuitBreaker(CircuitBreaker.Settings(failureRate: 0.1, minimumRequests: 30))
    report(breaker, String(repeating: "+", count: 27) + "--", at(ms: 1))
    #expect(breaker.state == .closed)
    report(breaker, "-", at(ms: 1))
    #expect(breaker.state == .open)
  }

  @Test func outcomesLeaveTheWindow() {
    let breaker = CircuitBreaker(settings)
    report(breaker, "---------", at(ms: 0))
    #expect(breaker.counted(now: at(ms: 9_999)) == (9, 9))
    #expect(breaker.counted(now: at(ms: 10_000)) == (0, 0))
    report(breaker, "-", at(ms: 10_000))
    #expect(breaker.state == .closed)
    report(breaker, "--------", at(ms: 19_000))
    #expect(breaker.counted(now: at(ms: 19_999)) == (9, 9))
    report(breaker, "-", at(ms: 19_999))
    #expect(breaker.state == .open)
  }

  @Test func aLongPauseForgetsEverything() {
    let breaker = CircuitBreaker(settings)
    report(breaker, "---------", at(ms: 0))
    for days in [1, 7, 30, 365] as [Int64] {
      #expect(breaker.counted(now: at(ms: days * 86_400_000)) == (0, 0))
    }
    report(breaker, "-", at(ms: 365 * 86_400_000))
    #expect(breaker.state == .closed)
    #expect(breaker.counted(now: at(ms: 365 * 86_400_000)) == (1, 1))
  }

  @Test func openRefusesUntilItsTimeIsOver() {
    let breaker = opened()
    for now in [1_000, 3_000, 5_999] as [Int64] {
      let admission = breaker.admit(now: at(ms: now))
      #expect(admission.kind == .open)
      #expect(!admission.isAdmitted)
      breaker.record(admission, success: true, now: at(ms: now))
      breaker.cancel(admission)
    }
    #expect(breaker.state == .open)
    #expect(breaker.admit(now: at(ms: 6_000)).kind == .probe)
    #expect(breaker.state == .halfOpen)
    #expect(breaker.lastTransition == at(ms: 6_000))
  }

  @Test func probesThatAllSucceedCloseIt() {
    let (breaker, probes) = halfOpened()
    #expect(breaker.admit(now: at(ms: 6_100)).kind == .open)
    for probe in probes.dropLast() {
      breaker.record(probe, success: true, now: at(ms: 6_200))
      // No more probes than must succeed.
      #expect(breaker.admit(now: at(ms: 6_200)).kind == .open)
    }
    breaker.record(probes[2], success: true, now: at(ms: 6_300))
    #expect(breaker.state == .closed)
    #expect(breaker.lastTransition == at(ms: 6_300))
    // The window is empty: the failures that opened it are within it still, and count no more.
    #expect(breaker.counted(now: at(ms: 6_300)) == (0, 0))
    report(breaker, "---------", at(ms: 6_300))
    #expect(breaker.state == .closed)
    report(breaker, "-", at(ms: 6_300))
    #expect(breaker.state == .open)
    #expect(BreakerState.allCases.map { breaker.transitions(to: $0) } == [1, 2, 1])
  }

  @Test func aProbeThatFailsOpensItForAFreshTime() {
    let (breaker, probes) = halfOpened()
    breaker.record(probes[0], success: true, now: at(ms: 7_000))
    breaker.record(probes[1], success: false, now: at(ms: 8_000))
    #expect(breaker.state == .open)
    // The third belongs to a round that is over.
    breaker.record(probes[2], success: true, now: at(ms: 8_100))
    breaker.record(probes[2], success: false, now: at(ms: 9_000))
    #expect(breaker.transitions(to: .open) == 2)
    #expect(breaker.admit(now: at(ms: 12_999)).kind == .open)
    #expect(breaker.admit(now: at(ms: 13_000)).kind == .probe)
  }

  @Test func aCancelledProbeGivesItsPlaceBack() {
    let (breaker, probes) = halfOpened()
    breaker.cancel(probes[1])
    let another = breaker.admit(now: at(ms: 6_000))
    #expect(another.kind == .probe)
    #expect(breaker.admit(now: at(ms: 6_000)).kind == .open)
    for probe in [probes[0], probes[2], another] { breaker.record(probe, success: true, now: at(ms: 6_000)) }
    #expect(breaker.state == .closed)
  }

  @Test func lostProbesAreReplaced() {
    let (breaker, probes) = halfOpened()
    breaker.record(probes[0], success: true, now: at(ms: 7_000))
    #expect(breaker.admit(now: at(ms: 11_999)).kind == .open)
    let second = [breaker.admit(now: at(ms: 12_000)), breaker.admit(now: at(ms: 12_000))]
    #expect(second.allSatisfy { $0.kind == .probe })
    #expect(breaker.admit(now: at(ms: 12_000)).kind == .open)
    // A lost one has no place to give back.
    breaker.cancel(probes[1])
    #expect(breaker.admit(now: at(ms: 12_000)).kind == .open)
    // But a late success is one.
    breaker.record(probes[2], success: true, now: at(ms: 12_500))
    breaker.record(second[0], success: true, now: at(ms: 12_600))
    #expect(breaker.state == .closed)
    breaker.record(second[1], success: false, now: at(ms: 12_700))
    #expect(breaker.state == .closed)
    #expect(breaker.counted(now: at(ms: 12_700)) == (0, 0))
  }

  @Test func aLostProbeThatFailsLateOpensItAgain() {
    let (breaker, probes) = halfOpened()
    #expect(breaker.admit(now: at(ms: 11_000)).kind == .probe)
    breaker.record(probes[1], success: false, now: at(ms: 11_500))
    #expect(breaker.state == .open)
  }

  @Test func outcomesFromBeforeATransitionChangeNothing() {
    let breaker = CircuitBreaker(settings)
    let early = (0..<40).map { _ in breaker.admit(now: at(ms: 0)) }
    report(breaker, "----------", at(ms: 1_000))
    for admission in early[0..<10] { breaker.record(admission, success: true, now: at(ms: 1_100)) }
    #expect(breaker.state == .open)
    let probes = (0..<3).map { _ in breaker.admit(now: at(ms: 6_000)) }
    for admission in early[10..<20] { breaker.record(admission, success: false, now: at(ms: 6_100)) }
    #expect(breaker.state == .halfOpen)
    for probe in probes { breaker.record(probe, success: true, now: at(ms: 6_200)) }
    report(breaker, "+++-", at(ms: 6_300))
    for admission in early[20..<40] { breaker.record(admission, success: false, now: at(ms: 6_300)) }
    for probe in probes { breaker.record(probe, success: false, now: at(ms: 6_300)) }
    #expect(breaker.state == .closed)
    #expect(breaker.counted(now: at(ms: 6_300)) == (1, 4))
  }

  @Test func aFullSliceKeepsItsRate() {
    let breaker = CircuitBreaker(CircuitBreaker.Settings(failureRate: 0.9, minimumRequests: 1_000))
    for turn in 0..<1_200_000 {
      breaker.record(breaker.admit(now: at(ms: 0)), success: turn % 4 != 0, now: at(ms: 0))
    }
    let (failures, total) = breaker.counted(now: at(ms: 0))
    #expect(total > 500_000 && total < 1 << 20)
    #expect(abs(Double(failures) / Double(total) - 0.25) < 0.001)
  }

  @Test func settingsOutOfRangeAreBroughtWithin() {
    let breaker = CircuitBreaker(
      CircuitBreaker.Settings(
        failureRate: 7, minimumRequests: 0, window: .zero, openFor: .zero, halfOpenRequests: 0))
    report(breaker, "-", at(ms: 5))
    #expect(breaker.state == .open)
    let probe = breaker.admit(now: at(ms: 5))
    #expect(probe.kind == .probe)
    breaker.record(probe, success: true, now: at(ms: 5))
    #expect(breaker.state == .closed)
  }
}
