public import Primitives

/// Lets one event through a period and counts the others: for warnings that traffic could repeat without end. Where events
/// are somebody's, each of a few has his own, so that who is loud does not hide another. One thread's.
public struct LogLimiter: Sendable {
  /// So many may have a line within a period, however many addresses an attacker has.
  static let most = 8

  private let period: Interval
  private var next: MonotonicTime?
  private var told: [Int] = []
  private var held: UInt64 = 0

  public init(period: Interval = .seconds(10)) { self.period = period }

  /// Within a period that an event has begun.
  func isHolding(at now: MonotonicTime) -> Bool { next.map { now < $0 } ?? false }

  /// Nil: keep silent. Else how many events were held back since the last one let through.
  /// - Parameter who: whose the event is, a hash value of his name for instance.
  public mutating func admit(of who: Int = 0, now: MonotonicTime) -> UInt64? {
    if let next, now < next {
      if told.count >= Self.most || told.contains(who) {
        held &+= 1
        return nil
      }
    } else {
      next = now + period
      told.removeAll(keepingCapacity: true)
    }
    told.append(who)
    defer { held = 0 }
    return held
  }
}
