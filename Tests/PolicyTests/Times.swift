import Primitives

/// A point on the tests' clock, which only they move.
func at(ms milliseconds: Int64) -> MonotonicTime { MonotonicTime(nanoseconds: milliseconds * 1_000_000) }
