/// For how long something that was signed is good: a certificate, a CRL, an answer of OCSP. Seconds since 1970.
public struct ValidityPeriod: Sendable, Hashable {
  public let begin: Int64
  /// `.max` where it does not say.
  public let end: Int64

  public init(begin: Int64, end: Int64) {
    self.begin = begin
    self.end = end
  }

  /// How near the end is. What is renewed in time, usually after half or two thirds of its time, is never `soon`.
  public enum Stage: Int, Comparable, Sendable {
    case far
    /// A fifth of its time is left, at most seven days.
    case soon
    /// A twentieth, at most one day.
    case imminent
    case over

    public static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
  }

  public func stage(at now: Int64) -> Stage {
    if now >= end { return .over }
    let (left, whole) = (end.subtractingReportingOverflow(now), end.subtractingReportingOverflow(begin))
    if end == .max || left.overflow || whole.overflow { return .far }
    if left.partialValue <= min(86_400, whole.partialValue / 20) { return .imminent }
    return left.partialValue <= min(7 * 86_400, whole.partialValue / 5) ? .soon : .far
  }
}
