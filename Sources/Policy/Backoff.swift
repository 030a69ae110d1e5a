public import Primitives

/// Exponential back-off with full jitter: before the n-th retry, a uniform time in
/// [0, min(maximum, (2ⁿ − 1) · base)). Envoy's formula and defaults.
public struct Backoff: Sendable, Equatable {
  public var base: Interval
  public var maximum: Interval

  public init(base: Interval = .milliseconds(25), maximum: Interval = .milliseconds(250)) {
    self.base = base
    self.maximum = maximum
  }

  /// What the delay before retry `number` (from 1) stays below.
  public func bound(beforeRetry number: Int) -> Interval {
    if number <= 0 || base.nanoseconds <= 0 { return .zero }
    if number >= 62 { return max(.zero, maximum) }
    let (product, overflow) = ((Int64(1) << Int64(number)) - 1).multipliedReportingOverflow(
      by: base.nanoseconds)
    return max(.zero, overflow ? maximum : min(maximum, Interval(nanoseconds: product)))
  }

  public func delay(beforeRetry number: Int, random: inout Random) -> Interval {
    Interval(nanoseconds: Int64(random.next(below: Int(bound(beforeRetry: number).nanoseconds))))
  }

  /// Half of the bound, and up to as much again by chance: for what has to be asked again in any case, where a delay that
  /// comes to nothing would ask at once. ("Equal jitter" in AWS' article on back-off.)
  public func steadyDelay(beforeRetry number: Int, random: inout Random) -> Interval {
    let half = bound(beforeRetry: number).nanoseconds / 2
    return Interval(nanoseconds: half + Int64(random.next(below: Int(half))))
  }
}
