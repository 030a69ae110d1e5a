internal import Glibc
public import Primitives

/// Turns points on the monotonic clock into wall-clock time, for logs and spans. Read both clocks anew now and
/// then (once a second is plenty), since the wall clock is adjusted: then no request needs a clock of its own.
public struct WallClock: Sendable {
  /// Nanoseconds from the monotonic clock's zero to the Unix epoch's.
  public var offset: Int64

  public init(offset: Int64) { self.offset = offset }

  /// Reads both clocks.
  public init() {
    offset = Self.read(CLOCK_REALTIME) - Self.read(CLOCK_MONOTONIC)
  }

  /// Nanoseconds since the Unix epoch.
  @inlinable
  public func nanoseconds(of time: MonotonicTime) -> Int64 { time.nanoseconds &+ offset }

  /// Nanoseconds since the Unix epoch, now.
  public static var now: Int64 { read(CLOCK_REALTIME) }

  private static func read(_ clock: clockid_t) -> Int64 {
    var time = timespec()
    // SAFETY: writes one timespec into the variable it is given.
    _ = unsafe clock_gettime(clock, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }
}
