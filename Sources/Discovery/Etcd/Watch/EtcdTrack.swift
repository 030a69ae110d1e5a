internal import Primitives

/// How far one subject has been followed.
final class EtcdTrack {
  enum Phase: Equatable {
    /// Its list is to be asked for.
    case unlisted
    case listing
    /// Its list was refused; it is asked for again then.
    case refused(until: MonotonicTime)
    /// Known up to `next`, and nobody tells what happens from there on.
    case listed
    /// A watch was asked for.
    case asked
    case watched(Int64)
  }

  let subject: any EtcdSubject
  var phase = Phase.unlisted
  /// Of its list. What belongs to an earlier one comes too late.
  var round = 0
  /// The first revision of the store that has not been told.
  var next: Int64 = 0
  /// Events of a fragment have been told beyond it.
  var seen: Int64 = 0
  /// Whose store it was listed from.
  var cluster: UInt64 = 0
  /// Nobody wants it any more.
  var isGone = false
  /// It has been listed once.
  var isAnswered = false
  /// Keys of a page of its list: fewer where that was too much for an answer.
  private(set) var pageLimit = mostKeys
  /// Why its list or its watch was refused last, for people; nil: it was not.
  var refusal: String?
  /// Refusals in a row.
  var refusals = 0
  /// It was listed again, since the server seemed to know less than we do.
  var isDoubted = false

  private static let mostKeys: Int64 = 1_000

  init(_ subject: any EtcdSubject) { self.subject = subject }

  /// False: it has one key already.
  func narrow() -> Bool {
    guard pageLimit > 1 else { return false }
    pageLimit = max(1, pageLimit / 8)
    return true
  }

  /// A page has come.
  func widen() { pageLimit = min(Self.mostKeys, pageLimit * 2) }

  func take(_ response: EtcdWatchResponse) {
    if response.isProgress {
      next = max(next, response.header.revision + 1)
      return
    }
    for event in response.events { seen = max(seen, event.revision) }
    let fresh = response.events.filter { $0.revision >= next }
    if !response.isFragment { next = max(next, seen + 1) }
    if !fresh.isEmpty { subject.changed(fresh) }
  }
}
