internal import HTTP
internal import Mesh
internal import Policy
internal import Primitives
internal import Reactor

/// Peers that do not read: an exchange in which nothing moves for the idle timeout is over.
///
/// The kernel takes megabytes at once and says that there is room again when a good part of them has gone, which a
/// slow reader may need longer for than the timeout. Its acknowledgements tell it from one that reads nothing. They
/// cost a system call, so they are looked at in the middle of the timeout and at its end.
extension Exchange {
  /// How often to look whether the exchange's place is needed, once nothing moves.
  private static let lookInterval = Interval.seconds(5)

  var placeDeadline: MonotonicTime {
    guard holdsRequestLimit else { return .distantFuture }
    let first = times.progress + Self.lookInterval
    let now = worker.loop.now
    return first > now ? first : now + Self.lookInterval
  }

  /// Whether others, for whom the service has hardly a place left, come before a client that has taken nothing of what there
  /// is for it from one look to the next. Those that have stood longest are looked at first, and one after the other.
  func keepsPlaceFromOthers(_ now: MonotonicTime) -> Bool {
    guard holdsRequestLimit, responsePhase != .none, times.progress + Self.lookInterval <= now,
      service?.state.isNearlyFull ?? false, downstream?.queued ?? 0 > 0 || responseRoom <= 0
    else { return false }
    let before = times.standstill
    let taken = takenByBoth
    times.standstill = Standstill(since: times.progress, taken: taken)
    return before?.since == times.progress && before?.taken == taken
  }

  private var takenByBoth: UInt64 { (downstream?.taken ?? 0) &+ (upstream?.taken ?? 0) }

  /// When to look next.
  var stallDeadline: MonotonicTime {
    let idle = attemptPhase == .tunnel ? worker.timeouts.tunnelIdle : worker.timeouts.exchangeIdle
    if times.standstill?.since == times.progress { return times.progress.deadline(after: idle) }
    return times.progress.deadline(after: Interval(nanoseconds: (idle.nanoseconds + 1) / 2))
  }

  /// Whether nothing has moved for too long. Takes its look where that is due.
  func hasStalled(_ now: MonotonicTime) -> Bool {
    guard stallDeadline <= now else { return false }
    let taken = takenByBoth
    if let before = times.standstill, before.since == times.progress {
      if before.taken == taken { return true }
      times.progress = now
    }
    times.standstill = Standstill(since: times.progress, taken: taken)
    return false
  }
}
