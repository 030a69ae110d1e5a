public import Primitives

/// How long, and for how many requests, a connection is used: Envoy's `max_connection_duration` and
/// `max_requests_per_connection`. Without bounds by default, as there.
///
/// Connections that live for ever stay where they are when endpoints, or replicas of this proxy, are added.
public struct ConnectionLifetime: Sendable, Hashable {
  /// Zero: for ever.
  public var maxAge: Interval
  /// Zero: any number.
  public var maxRequests: Int

  public init(maxAge: Interval = .zero, maxRequests: Int = 0) {
    self.maxAge = maxAge
    self.maxRequests = maxRequests
  }

  /// When a connection that begins at `start` has grown too old: up to a tenth before `maxAge`, so that those that
  /// began together do not end together.
  public func end(from start: MonotonicTime, random: inout Random) -> MonotonicTime {
    guard maxAge > .zero else { return .distantFuture }
    let jitter = Interval(nanoseconds: Int64(random.nextUnit() * Double(maxAge.nanoseconds) / 10))
    return start + (maxAge - jitter)
  }

  /// Whether a connection that has carried so many requests is to carry no further one.
  @inlinable
  public func isReached(requests: Int) -> Bool { maxRequests > 0 && requests >= maxRequests }
}
