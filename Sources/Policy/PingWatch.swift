public import Primitives

/// Whether a peer is still there: a ping after a silence, and the end where no word follows (RFC 9113, section 6.7).
public struct PingWatch: Sendable {
  public enum Action: Sendable { case nothing, ping, dead }

  @usableFromInline internal var lastHeard = MonotonicTime(nanoseconds: 0)
  @usableFromInline internal var askedAt: MonotonicTime?

  public init() {}

  /// Anything came.
  @inlinable
  public mutating func heard(_ now: MonotonicTime) {
    lastHeard = now
    askedAt = nil
  }

  /// - Parameters:
  ///   - interval: the silence before a ping; zero: never.
  ///   - timeout: how long the answer may take.
  public mutating func check(_ now: MonotonicTime, every interval: Interval, within timeout: Interval)
    -> Action
  {
    if interval == .zero { return .nothing }
    if let askedAt { return now - askedAt >= timeout ? .dead : .nothing }
    guard now - lastHeard >= interval else { return .nothing }
    askedAt = now
    return .ping
  }

  /// When `check` has something to do next.
  public func next(_ interval: Interval, _ timeout: Interval) -> MonotonicTime {
    if interval == .zero { return .distantFuture }
    return askedAt.map { $0 + timeout } ?? lastHeard + interval
  }
}
