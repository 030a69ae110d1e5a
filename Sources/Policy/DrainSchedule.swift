public import Primitives

/// When each of many connections is asked to go elsewhere, so that their clients do not all connect anew at once: a few
/// at the beginning, the others one after the other.
///
/// Envoy's gradual drain, where a connection that answers is the likelier to be closed the longer the drain has gone on,
/// with two differences: connections between two requests have their turn as well, and where there are few of them nobody
/// waits (Envoy's `immediate`).
public struct DrainSchedule: Sendable {
  /// Asked at once.
  public static let few = 16
  /// Between two of the others, less where the time would not do.
  public static let pace = Interval.milliseconds(10)

  private let start: MonotonicTime
  private let step: Interval
  private let count: Int
  private var taken = 0
  /// When the next one has its turn; nil: all have had theirs.
  public private(set) var next: MonotonicTime?

  /// - Parameters:
  ///   - count: of connections.
  ///   - limit: in which all are asked.
  public init(count: Int, from start: MonotonicTime, within limit: Interval) {
    self.count = count
    self.start = start
    let share = limit.nanoseconds / Int64(max(1, count - Self.few))
    step = min(Self.pace, Interval(nanoseconds: max(0, share)))
    next = count > 0 ? start : nil
  }

  /// How many more have their turn by now. Each has a slot of its own, and its turn anywhere within.
  public mutating func take(_ now: MonotonicTime, random: inout Random) -> Int {
    let before = taken
    while let due = next, due <= now {
      taken += 1
      next = taken < count ? turn(of: taken, random: &random) : nil
    }
    return taken - before
  }

  private func turn(of place: Int, random: inout Random) -> MonotonicTime {
    let behind = place - Self.few
    guard behind >= 0 else { return start }
    let part = Interval(nanoseconds: Int64(random.nextUnit() * Double(step.nanoseconds)))
    return start + Interval(nanoseconds: step.nanoseconds * Int64(behind)) + part
  }
}
