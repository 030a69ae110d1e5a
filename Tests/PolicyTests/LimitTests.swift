import Foundation
import Policy
import Testing

@Suite struct LimitTests {
  @Test func fillsExactlyAndEmpties() {
    let limit = Limit(3)
    #expect((0..<5).map { _ in limit.tryAcquire() } == [true, true, true, false, false])
    #expect(limit.current == 3)
    #expect(limit.isReached)
    limit.release()
    #expect(!limit.isReached)
    #expect(limit.tryAcquire())
    #expect(!limit.tryAcquire())
  }

  @Test func zeroAdmitsNothing() {
    #expect(!Limit(0).tryAcquire())
  }

  @Test func anotherMaximumSharesTheCount() {
    let old = Limit(2)
    #expect(old.tryAcquire())
    #expect(old.tryAcquire())
    let lower = Limit(1, sharing: old)
    #expect(lower.current == 2)
    #expect(!lower.tryAcquire())
    lower.release()
    #expect(!lower.tryAcquire())
    let higher = Limit(3, sharing: lower)
    #expect(higher.tryAcquire())
    #expect(higher.tryAcquire())
    #expect(!higher.tryAcquire())
    for _ in 0..<3 { old.release() }
    #expect(higher.current == 0)
  }

  @Test func threadsTogetherGetExactlyTheMaximum() {
    for maximum in [1, 7, 5_000] {
      let limit = Limit(maximum)
      let got = Tally()
      onThreads(8) { _ in
        for _ in 0..<2_000 where limit.tryAcquire() { got.add(1) }
      }
      #expect(got.total == maximum)
      #expect(limit.current == maximum)
    }
  }

  @Test func threadsNeverHoldMoreThanTheMaximum() {
    let limit = Limit(3)
    let held = Tally()
    let outcomes = Tally()
    onThreads(8) { _ in
      for turn in 0..<20_000 {
        if limit.tryAcquire() {
          held.add(1)
          if turn % 64 == 0 { sched_yield() }
          held.add(-1)
          limit.release()
        }
        outcomes.add(1)
      }
    }
    #expect(held.peak <= 3)
    #expect(held.peak > 0)
    #expect(held.total == 0)
    #expect(limit.current == 0)
    #expect(outcomes.total == 160_000)
  }

  @Test func countsOfManyThreadsAddUp() {
    final class Holder: Sendable { let counter = SharedCounter() }
    let holder = Holder()
    onThreads(8) { number in
      for _ in 0..<10_000 { holder.counter.increment() }
      for _ in 0..<(number * 1_000) { holder.counter.decrement() }
    }
    #expect(holder.counter.value == 80_000 - 28_000)
  }
}
