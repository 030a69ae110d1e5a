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
  /// How long a client may take nothing of what there is for it while others need the place.
  private static let patience = Interval.seconds(5)
  /// How often to look whether they do, once something waits for the client. It costs a system call at the first look, and
  /// at others only where places are short.
  private static let lookInterval = Interval.seconds(1)

  private var owesClient: Bool {
    responsePhase != .none && (downstream?.queued ?? 0 > 0 || responseRoom <= 0)
  }

  var placeDeadline: MonotonicTime {
    guard holdsRequestLimit else { return .distantFuture }
    return worker.loop.now + (owesClient ? Self.lookInterval : Self.patience)
  }

  /// Whether others, for whom the service has hardly a place left, come before a client that has taken nothing for so long.
  /// One goes after the other, as long as places are short.
  func keepsPlaceFromOthers(_ now: MonotonicTime) -> Bool {
    guard holdsRequestLimit, owesClient, times.progress + Self.lookInterval <= now else { return false }
    let before = times.placeLook
    if let before, before.at >= times.progress {
      guard before.at + (Self.patience - Self.lookInterval) <= now, service?.state.isNearlyFull ?? false
      else { return false }
    }
    let taken = takenByBoth
    times.placeLook = PlaceLook(at: now, taken: taken)
    return before.map { $0.at >= times.progress && $0.taken == taken } ?? false
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
