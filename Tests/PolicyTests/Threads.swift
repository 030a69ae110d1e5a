import Foundation
import Synchronization

/// Runs `body` on `count` threads at once and returns when all have ended. They begin together.
func onThreads(_ count: Int, _ body: @escaping @Sendable (Int) -> Void) {
  final class Gate: Sendable {
    let arrived = Atomic<Int>(0)
  }
  let gate = Gate()
  let ended = DispatchGroup()
  for number in 0..<count {
    ended.enter()
    let thread = Thread {
      gate.arrived.add(1, ordering: .acquiringAndReleasing)
      while gate.arrived.load(ordering: .acquiring) < count { sched_yield() }
      body(number)
      ended.leave()
    }
    thread.start()
  }
  ended.wait()
}

/// Counts shared by a test's threads.
final class Tally: Sendable {
  let value = Atomic<Int>(0)
  let highest = Atomic<Int>(0)

  var total: Int { value.load(ordering: .sequentiallyConsistent) }
  var peak: Int { highest.load(ordering: .sequentiallyConsistent) }

  func add(_ amount: Int) {
    let result = value.add(amount, ordering: .sequentiallyConsistent)
    highest.max(result.newValue, ordering: .sequentiallyConsistent)
  }
}
