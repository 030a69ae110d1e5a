public import Primitives

/// Whether a peer is still there: a ping after a silence, or after somebody has waited in vain, and the end where no word
/// follows (RFC 9113, section 6.7).
public struct PingWatch: Sendable {
  public enum Action: Sendable { case nothing, ping, dead }

  @usableFromInline internal var lastHeard = MonotonicTime(nanoseconds: 0)
  @usableFromInline internal var askedAt: MonotonicTime?

  @usableFromInline internal var isDoubted = false

  public init() {}

  /// Somebody has waited in vain, and nothing has come since.
  @inlinable
  public var isSuspect: Bool { isDoubted }

  /// Anything came.
  @inlinable
  public mutating func heard(_ now: MonotonicTime) {
    lastHeard = now
    askedAt = nil
    isDoubted = false
  }

  /// Somebody has waited in vain: where nothing at all has come meanwhile, the peer may be gone.
  ///
  /// - Parameter start: when the wait began.
  /// - Returns: `ping`, or `nothing` where the peer has been heard or is asked already.
  public mutating func waitedInVain(from start: MonotonicTime, _ now: MonotonicTime) -> Action {
    guard lastHeard <= start else { return .nothing }
    isDoubted = true
    if askedAt != nil { return .nothing }
    askedAt = now
    return .ping
  }

  /// - Parameters:
  ///   - interval: the silence before a ping; zero: none for silence alone.
  ///   - timeout: how long the answer may take.
  public mutating func check(_ now: MonotonicTime, every interval: Interval, within timeout: Interval)
    -> Action
  {
    if let askedAt { return now - askedAt >= timeout ? .dead : .nothing }
    guard interval != .zero, now - lastHeard >= interval else { return .nothing }
    askedAt = now
    return .ping
  }

  /// When `check` has something to do next.
  public func next(_ interval: Interval, _ timeout: Interval) -> MonotonicTime {
    if let askedAt { return askedAt + timeout }
    return interval == .zero ? .distantFuture : lastHeard + interval
  }
}
