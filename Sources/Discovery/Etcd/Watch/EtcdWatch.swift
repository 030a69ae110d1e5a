internal import Client
internal import HTTP
internal import Policy
internal import Primitives
internal import Reactor

/// Follows ranges of etcd's keys: a list of each, then what changes, all over one stream.
///
/// Where the stream ends, another one goes on at the revision that came last; where etcd has compacted that away, the
/// list is asked for again. What has been told holds until something else is told. The control loop's thread; whose
/// events are `token`'s calls `wake`.
final class EtcdWatch {
  enum Stream {
    case none, opening
    case open(GRPCCall, since: MonotonicTime)
  }

  let etcd: EtcdClient
  let loop: EventLoop
  private let token: Token
  weak var owner: (any EtcdWatchOwner)?

  private(set) var tracks: [ObjectIdentifier: EtcdTrack] = [:]
  var stream = Stream.none
  /// By the server's number.
  var watched: [Int64: EtcdTrack] = [:]
  /// Asked for, in order.
  var asked: [EtcdTrack] = []
  var answeredAsks = 0
  /// Listed, and to be watched.
  var unwatched: [EtcdTrack] = []
  /// To be listed.
  var queue: [EtcdTrack] = []
  var listing = 0
  private var refused: [EtcdTrack] = []
  /// The store that all of this is about; nil: not known yet.
  var cluster: UInt64?
  /// When it was another one last.
  var moved: MonotonicTime?
  var pace = EtcdPace()
  var random: Random
  private var timer = TimerWheel.ID.none
  private(set) var isStopped = false
  /// Subjects that have been listed.
  var answered = 0
  private var isSettled = false

  /// Lists at a time.
  static let mostLists = 8
  /// A stream that has lived so long was a good one.
  static let goodLife = Interval.seconds(10)
  static let refusalBackoff = Backoff(base: .seconds(1), maximum: .seconds(60))

  init(_ etcd: EtcdClient, on loop: EventLoop, token: Token, owner: any EtcdWatchOwner, seed: UInt64) {
    self.etcd = etcd
    self.loop = loop
    self.token = token
    self.owner = owner
    random = Random(seed: seed)
  }

  // MARK: The owner's

  func add(_ subject: any EtcdSubject) {
    let track = EtcdTrack(subject)
    tracks[ObjectIdentifier(subject)] = track
    isSettled = false
    queue.append(track)
    loop.continueLater(token)
  }

  func remove(_ subject: any EtcdSubject) {
    guard let track = tracks.removeValue(forKey: ObjectIdentifier(subject)) else { return }
    track.isGone = true
    if track.isAnswered { answered -= 1 }
    if case .watched(let id) = track.phase { unwatch(id) }
    loop.continueLater(token)
  }

  func stop() {
    isStopped = true
    for track in tracks.values { track.isGone = true }
    tracks = [:]
    queue = []
    loop.cancel(timer)
    if case .open(let call, _) = stream { call.cancel() }
    stream = .none
  }

  /// Whether all that has been told is as it is now.
  var isCurrent: Bool { isSettled }

  /// Does what is due.
  func wake() {
    guard !isStopped else { return }
    let now = loop.now
    if pace.isDue(now) {
      recall(now)
      startLists()
      watchListed()
    }
    settle()
    setTimer()
  }

  // MARK: Time

  /// Those that were refused and whose time has come are listed again.
  private func recall(_ now: MonotonicTime) {
    for track in refused {
      guard case .refused(let until) = track.phase, until <= now else { continue }
      enqueue(track)
    }
    refused.removeAll { $0.isGone || $0.phase == .unlisted }
  }

  func enqueue(_ track: EtcdTrack) {
    track.phase = .unlisted
    track.round += 1
    queue.append(track)
  }

  /// The same question has the same answer for now.
  /// - Parameter ofAll: whatever is asked for is refused so.
  func refuse(_ track: EtcdTrack, _ reason: String, ofAll: Bool = false) {
    track.refusals += 1
    let delay = Self.refusalBackoff.steadyDelay(beforeRetry: track.refusals, random: &random)
    track.phase = .refused(until: loop.now + delay)
    refused.append(track)
    let text = ofAll ? reason : "\(String(decoding: track.subject.range.start, as: UTF8.self)): \(reason)"
    track.refusal = text
    fault(text, isRefusal: true)
  }

  /// Nothing is tried for a while, unless there is another member to ask.
  func rest(_ failure: EtcdFailure) {
    if !failure.leavesOthers, pace.isDue(loop.now) { pace.failed(loop.now, &random) }
    fault(failure.reason, isRefusal: failure.kind == .refused)
  }

  /// Why subjects are refused, one each.
  var refusals: [String] { tracks.values.compactMap(\.refusal) }

  private func fault(_ reason: String, isRefusal: Bool) {
    isSettled = false
    owner?.watchFailed(reason, isRefusal: isRefusal)
  }

  private func settle() {
    guard !isSettled, watched.count == tracks.count, !isStopped else { return }
    isSettled = true
    owner?.watchSettled()
  }

  private func setTimer() {
    loop.cancel(timer)
    var next = pace.isDue(loop.now) ? MonotonicTime.distantFuture : pace.next ?? .distantFuture
    for track in refused { if case .refused(let until) = track.phase { next = min(next, until) } }
    if next != .distantFuture { timer = loop.schedule(at: next, token.raw) }
  }

  func unsettle() { isSettled = false }
}
