public import Primitives

/// A `LogLimiter` for each subject, so that a loud one does not mute the others. One thread's.
///
/// Bounded: beyond it those make room whose period is over, and where there are none the rest shares one.
public struct LogLimiters<Subject: Hashable & Sendable>: Sendable {
  private var known: [Subject: LogLimiter] = [:]
  private var rest: LogLimiter
  private let period: Interval
  private let bound: Int

  public init(period: Interval = .seconds(10), bound: Int = 256) {
    self.period = period
    self.bound = bound
    rest = LogLimiter(period: period)
  }

  /// Nil: keep silent. Else how many of the subject's events were held back since the last one let through.
  /// - Parameter who: whose the event is (`LogLimiter`).
  public mutating func admit(_ subject: Subject, of who: Int = 0, now: MonotonicTime) -> UInt64? {
    if known[subject] == nil, known.count >= bound {
      known = known.filter { $0.value.isHolding(at: now) }
      if known.count >= bound { return rest.admit(of: who, now: now) }
    }
    return known[subject, default: LogLimiter(period: period)].admit(of: who, now: now)
  }
}
