/// A length of time in nanoseconds. 64 bits: ±292 years, and arithmetic that costs one instruction,
/// which the standard library's 128-bit `Duration` does not.
public struct Interval: Comparable, Hashable, Sendable {
  public var nanoseconds: Int64

  @inlinable
  public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

  public static var zero: Self { @inlinable get { Self(nanoseconds: 0) } }
  @inlinable public static func nanoseconds(_ n: Int64) -> Self { Self(nanoseconds: n) }
  @inlinable public static func microseconds(_ n: Int64) -> Self { Self(nanoseconds: n &* 1_000) }
  @inlinable public static func milliseconds(_ n: Int64) -> Self { Self(nanoseconds: n &* 1_000_000) }
  @inlinable public static func seconds(_ n: Int64) -> Self { Self(nanoseconds: n &* 1_000_000_000) }

  /// The same length in seconds, rounded to a double.
  @inlinable public var seconds: Double { Double(nanoseconds) / 1e9 }
  /// Whole milliseconds, rounded towards zero.
  @inlinable public var milliseconds: Int64 { nanoseconds / 1_000_000 }

  @inlinable public static func < (a: Self, b: Self) -> Bool { a.nanoseconds < b.nanoseconds }
  @inlinable public static func + (a: Self, b: Self) -> Self {
    Self(nanoseconds: a.nanoseconds &+ b.nanoseconds)
  }
  @inlinable public static func - (a: Self, b: Self) -> Self {
    Self(nanoseconds: a.nanoseconds &- b.nanoseconds)
  }
  @inlinable public static func * (a: Self, n: Int64) -> Self { Self(nanoseconds: a.nanoseconds &* n) }
}
