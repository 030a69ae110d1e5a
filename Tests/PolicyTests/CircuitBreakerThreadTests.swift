import Foundation
import Policy
import Primitives
import Synchronization
import Testing

@Suite struct CircuitBreakerThreadTests {
  @Test func outcomesOfAllThreadsAreCounted() {
    let breaker = CircuitBreaker(CircuitBreaker.Settings(failureRate: 1, minimumRequests: 1_000_000))
    onThreads(8) { number in
      for turn in 0..<10_000 {
        let now = at(ms: Int64(turn / 10))
        breaker.record(breaker.admit(now: now), success: number != 0, now: now)
      }
    }
    #expect(breaker.counted(now: at(ms: 999)) == (10_000, 80_000))
  }

  @Test func threadsOpenItExactlyOnceAtTheExactCount() {
    for _ in 0..<50 {
      let breaker = CircuitBreaker(CircuitBreaker.Settings(failureRate: 0.5, minimumRequests: 400))
      onThreads(8) { _ in
        for _ in 0..<50 {
          let admission = breaker.admit(now: at(ms: 0))
          if admission.kind == .closed { breaker.record(admission, success: false, now: at(ms: 0)) }
        }
      }
      // 400 failures are just enough; the last of them sees all the others.
      #expect(breaker.state == .open)
      #expect(breaker.transitions(to: .open) == 1)
    }
  }

  @Test func threadsGetExactlyTheProbes() {
    for _ in 0..<100 {
      let breaker = CircuitBreaker(
        CircuitBreaker.Settings(minimumRequests: 1, openFor: .seconds(1), halfOpenRequests: 5))
      breaker.record(breaker.admit(now: at(ms: 0)), success: false, now: at(ms: 0))
      let probes = Tally()
      onThreads(8) { _ in
        for turn in 0..<40 where breaker.admit(now: at(ms: 1_000 + Int64(turn))).kind == .probe {
          probes.add(1)
        }
      }
      #expect(probes.total == 5)
      // None reported. A second later they are taken for lost, and there are five again.
      onThreads(8) { _ in
        for turn in 0..<40 where breaker.admit(now: at(ms: 3_000 + Int64(turn))).kind == .probe {
          probes.add(1)
        }
      }
      #expect(probes.total == 10)
    }
  }

  /// Threads live through thousands of transitions. The clock moves only while the breaker is open, so no probe
  /// is ever taken for lost, and never may more than the allowed number be under way. (Where a probe fails, others
  /// of its time may still be under way when the next ones pass: then only the sums are compared.)
  @Test(arguments: [false, true]) func neverTooManyProbesAndTransitionsAddUp(_ probesFail: Bool) {
    let breaker = CircuitBreaker(
      CircuitBreaker.Settings(
        failureRate: 0.5, minimumRequests: 4, window: .seconds(10), openFor: .milliseconds(100),
        halfOpenRequests: 3))
    final class Clock: Sendable { let ticks = Atomic<Int64>(0) }
    let clock = Clock()
    let underway = Tally()
    onThreads(8) { number in
      var random = Random(seed: UInt64(number))
      for _ in 0..<20_000 {
        let now = at(ms: clock.ticks.load(ordering: .sequentiallyConsistent))
        let admission = breaker.admit(now: now)
        switch admission.kind {
        case .closed: breaker.record(admission, success: random.next(below: 2) == 0, now: now)
        case .probe:
          underway.add(1)
          if random.next(below: 8) == 0 { sched_yield() }
          underway.add(-1)
          switch random.next(below: 12) {
          case 0: breaker.record(admission, success: !probesFail, now: now)
          case 1: breaker.cancel(admission)
          default: breaker.record(admission, success: true, now: now)
          }
        case .open:
          if breaker.state == .open {
            clock.ticks.add(1, ordering: .sequentiallyConsistent)
          } else {
            sched_yield()
          }
        }
      }
    }
    #expect(underway.peak > 0)
    if !probesFail { #expect(underway.peak <= 3) }
    #expect(breaker.transitions(to: .closed) > 10)
    // Every opening is followed by a half-opening, but for the one that lasts.
    #expect(
      breaker.transitions(to: .open) == breaker.transitions(to: .halfOpen) + (breaker.state == .open ? 1 : 0))
  }
}
