public import Primitives

/// Measures one sender against a `MinimumRate`. Only the time in which somebody waits for it counts: a sender that is
/// held up by a slow receiver behind us is not the one to blame.
public struct RateMeter: Sendable {
  /// Waited beyond what the bytes that came allow.
  @usableFromInline var behind = Interval.zero
  @usableFromInline var since: MonotonicTime?

  @inlinable public init() {}

  /// From now on the sender is waited for; nothing changes where it is already.
  @inlinable
  public mutating func wait(_ now: MonotonicTime) { if since == nil { since = now } }

  /// From now on it is not: it has finished, or there is no room for more.
  @inlinable
  public mutating func pause(_ now: MonotonicTime) {
    charge(now)
    since = nil
  }

  /// Bytes came.
  @inlinable
  public mutating func received(_ count: Int, _ rate: MinimumRate, _ now: MonotonicTime) {
    charge(now)
    behind = max(.zero, behind - rate.time(for: count))
  }

  /// When the sender has been waited for too long, if nothing more comes.
  @inlinable
  public func deadline(_ rate: MinimumRate) -> MonotonicTime {
    guard let since, rate.bytesPerSecond > 0, rate.grace > .zero else { return .distantFuture }
    return since + (rate.grace - behind)
  }

  @inlinable
  mutating func charge(_ now: MonotonicTime) {
    guard let since else { return }
    behind = behind + (now - since)
    self.since = now
  }
}
