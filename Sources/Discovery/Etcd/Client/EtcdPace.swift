internal import Policy
internal import Primitives

/// When what has failed is tried again: later with each failure in a row, half of it by chance. Pure.
struct EtcdPace {
  private let backoff: Backoff
  private(set) var failures = 0
  /// Nil: there is nothing to wait for.
  private(set) var next: MonotonicTime?

  init(_ backoff: Backoff = Backoff(base: .milliseconds(100), maximum: .seconds(15))) {
    self.backoff = backoff
  }

  func isDue(_ now: MonotonicTime) -> Bool { next.map { $0 <= now } ?? true }

  mutating func failed(_ now: MonotonicTime, _ random: inout Random) {
    failures += 1
    next = now + backoff.steadyDelay(beforeRetry: failures, random: &random)
  }

  mutating func succeeded() {
    failures = 0
    next = nil
  }
}
