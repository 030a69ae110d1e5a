public import Primitives

/// Lets one event through a period and counts the others: for warnings that traffic could repeat without end.
/// One thread's.
public struct LogLimiter: Sendable {
  private let period: Interval
  private var next: MonotonicTime?
  private var held: UInt64 = 0

  public init(period: Interval = .seconds(10)) { self.period = period }

  /// Within a period that an event has begun.
  func isHolding(at now: MonotonicTime) -> Bool { next.map { now < $0 } ?? false }

  /// Nil: keep silent. Else how many events were held back since the last one let through.
  public mutating func admit(now: MonotonicTime) -> UInt64? {
    if let next, now < next {
      held &+= 1
      return nil
    }
    next = now + period
    defer { held = 0 }
    return held
  }
}
