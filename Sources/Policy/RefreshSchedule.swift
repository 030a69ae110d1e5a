public import Primitives

/// When something that is fetched again and again is fetched next. Pure: it is told the time.
///
/// After a success the interval passes, or less where the source says for how long its answer holds; after failures a
/// back-off that grows. A demand brings the next fetch forward, but no two come within `least`. All of it is less up to
/// a tenth by chance, so that many proxies do not come at once.
public struct RefreshSchedule: Sendable {
  public let interval: Interval
  /// Between the beginnings of two fetches, and what a source's word cannot fall below.
  public let least: Interval
  public let backoff: Backoff
  /// In a row.
  public private(set) var failures = 0
  public private(set) var next: MonotonicTime
  private var began: MonotonicTime?

  /// The first fetch is due at once.
  public init(
    interval: Interval, least: Interval = .seconds(10), backoff: Backoff? = nil, now: MonotonicTime
  ) {
    self.interval = interval
    self.least = min(least, interval)
    self.backoff = backoff ?? Backoff(base: .seconds(1), maximum: min(interval, .seconds(60)))
    next = now
  }

  public mutating func began(_ now: MonotonicTime) {
    began = now
    next = .distantFuture
  }

  /// - Parameter lifetime: what the source says (`max-age`); nil: nothing.
  public mutating func succeeded(_ now: MonotonicTime, lifetime: Interval? = nil, random: inout Random) {
    failures = 0
    next = now + shortened(min(interval, max(least, lifetime ?? interval)), &random)
  }

  public mutating func failed(_ now: MonotonicTime, random: inout Random) {
    failures += 1
    // Half of it at least: Envoy's full jitter may come to nothing.
    next = now + backoff.steadyDelay(beforeRetry: failures, random: &random)
  }

  /// Somebody misses something. While a fetch is under way it changes nothing.
  public mutating func demanded(_ now: MonotonicTime) {
    guard next != .distantFuture else { return }
    let earliest = began.map { $0 + least } ?? now
    next = min(next, max(now, earliest))
  }

  private func shortened(_ length: Interval, _ random: inout Random) -> Interval {
    Interval(nanoseconds: length.nanoseconds - Int64(random.next(below: Int(length.nanoseconds / 10))))
  }
}
