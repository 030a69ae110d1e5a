internal import Policy
internal import Primitives
internal import Reactor

/// Connections whose clients are asked to go elsewhere, one after the other.
struct Departure {
  /// Those that have not been asked yet, in the order of their turns. Some may have gone by themselves.
  private var order: ArraySlice<Token>
  private var schedule: DrainSchedule

  /// - Parameter drain: how long all of it may take. Half is for asking, the other half for what is under way then.
  init(_ order: [Token], from start: MonotonicTime, drain: Interval) {
    self.order = order[...]
    schedule = DrainSchedule(
      count: order.count, from: start, within: Interval(nanoseconds: drain.nanoseconds / 2))
  }

  /// When the next one has its turn; nil: all have had theirs.
  var next: MonotonicTime? { schedule.next }

  /// Those whose turn has come.
  mutating func take(_ now: MonotonicTime, random: inout Random) -> ArraySlice<Token> {
    let count = schedule.take(now, random: &random)
    defer { order = order.dropFirst(count) }
    return order.prefix(count)
  }
}
