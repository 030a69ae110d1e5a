internal import CLinux
public import Primitives

/// The operating system's clocks. Only event loops and command lines read them; everything below is told the time.
public enum Clock {
  /// CLOCK_MONOTONIC.
  public static func now() -> MonotonicTime {
    MonotonicTime(nanoseconds: Int64(clinux_monotonic_nanoseconds()))
  }

  /// Nanoseconds since 1970 in UTC (CLOCK_REALTIME).
  public static func wall() -> Int64 { Int64(clinux_realtime_nanoseconds()) }
}
