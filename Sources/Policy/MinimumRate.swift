public import Primitives

/// The least rate at which a sender delivers, on average, and how far it may fall behind it: Apache's
/// `mod_reqtimeout` (`body=20,MinRate=500`), whose values are the defaults, and Kestrel's `MinRequestBodyDataRate`.
///
/// Unlike Apache's, what came fast before excuses no silence longer than `grace` later: a body of a gigabyte would
/// buy three weeks.
public struct MinimumRate: Sendable, Equatable {
  /// Zero turns the check off.
  public var bytesPerSecond: Int
  /// How much longer than `bytesPerSecond` allows may have been waited. Zero turns the check off.
  public var grace: Interval

  public init(bytesPerSecond: Int = 500, grace: Interval = .seconds(20)) {
    self.bytesPerSecond = bytesPerSecond
    self.grace = grace
  }

  /// How long `count` bytes may take, at most `grace`.
  @inlinable
  func time(for count: Int) -> Interval {
    let (nanoseconds, overflow) = Int64(count).multipliedReportingOverflow(by: 1_000_000_000)
    return overflow ? grace : min(grace, Interval(nanoseconds: nanoseconds / Int64(max(bytesPerSecond, 1))))
  }
}
