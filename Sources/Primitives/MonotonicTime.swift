/// A point on the monotonic clock, in nanoseconds since an arbitrary start (on Linux: boot).
///
/// Nothing below the event loop reads a clock: time is an argument, so that tests can turn it by hand.
public struct MonotonicTime: Comparable, Hashable, Sendable {
  public var nanoseconds: Int64

  @inlinable
  public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

  /// Later than every deadline.
  public static var distantFuture: MonotonicTime {
    @inlinable get { MonotonicTime(nanoseconds: .max) }
  }

  @inlinable
  public static func < (a: Self, b: Self) -> Bool { a.nanoseconds < b.nanoseconds }

  /// Saturates at `distantFuture`.
  @inlinable
  public static func + (time: Self, interval: Interval) -> Self {
    let (sum, overflow) = time.nanoseconds.addingReportingOverflow(interval.nanoseconds)
    return Self(nanoseconds: overflow ? .max : sum)
  }

  /// `bound` from here, or never where that is zero: so settings turn a timeout off.
  @inlinable
  public func deadline(after bound: Interval) -> Self { bound > .zero ? self + bound : .distantFuture }

  @inlinable
  public static func - (time: Self, interval: Interval) -> Self {
    Self(nanoseconds: time.nanoseconds &- interval.nanoseconds)
  }

  @inlinable
  public static func - (a: Self, b: Self) -> Interval {
    Interval(nanoseconds: a.nanoseconds &- b.nanoseconds)
  }
}
