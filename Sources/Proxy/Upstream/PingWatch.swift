internal import Primitives

/// Whether a peer is still there: a ping after a silence, and the end where no word follows (RFC 9113, section 6.7).
struct PingWatch {
  enum Action { case nothing, ping, dead }

  private var lastHeard = MonotonicTime(nanoseconds: 0)
  private var askedAt: MonotonicTime?

  /// Anything came.
  mutating func heard(_ now: MonotonicTime) {
    lastHeard = now
    askedAt = nil
  }

  /// - Parameters:
  ///   - interval: the silence before a ping; zero: never.
  ///   - timeout: how long the answer may take.
  mutating func check(_ now: MonotonicTime, every interval: Interval, within timeout: Interval) -> Action {
    if interval == .zero { return .nothing }
    if let askedAt { return now - askedAt >= timeout ? .dead : .nothing }
    guard now - lastHeard >= interval else { return .nothing }
    askedAt = now
    return .ping
  }

  /// When `check` has something to do next.
  func next(_ interval: Interval, _ timeout: Interval) -> MonotonicTime {
    if interval == .zero { return .distantFuture }
    return askedAt.map { $0 + timeout } ?? lastHeard + interval
  }
}
