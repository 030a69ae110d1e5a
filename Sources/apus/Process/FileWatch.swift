internal import Configuration
internal import Primitives
internal import Reactor
internal import Telemetry

/// Watches files on the control loop, and has what is made of them made anew when they change: certificates, keys, key
/// sets.
///
/// Changes come in bursts: it waits until 100 ms have passed without one, at most a second. What inotify does not hear
/// of (some network file systems, a directory that was not there) is found by a look every half minute.
final class FileWatch {
  private var rotations: [any FileRotation]
  private var isWatching = false
  private let loop: EventLoop
  private let watch: DirectoryWatch
  private let changed: Token
  private let quiet: Token
  private let look: Token
  private var quietTimer = TimerWheel.ID.none
  /// By when a burst is over, whatever comes.
  private var burstEnd: MonotonicTime?

  private static let quietTime = Interval.milliseconds(100)
  private static let longestBurst = Interval.seconds(1)
  private static let lookTime = Interval.seconds(30)

  /// - Parameter kind: of its tokens on the loop.
  init(_ rotations: [any FileRotation], on loop: EventLoop, kind: UInt8) throws(SystemError) {
    self.rotations = rotations
    self.loop = loop
    changed = Token(kind: kind, slot: 0, generation: 1)
    quiet = Token(kind: kind, slot: 1, generation: 1)
    look = Token(kind: kind, slot: 2, generation: 1)
    watch = try DirectoryWatch()
    try begin()
  }

  private func begin() throws(SystemError) {
    if isWatching || directories.isEmpty { return }
    isWatching = true
    try loop.register(watch.descriptor, token: changed)
    watch.watch(directories)
    _ = loop.schedule(at: loop.now + Self.lookTime, look.raw)
  }

  /// Watches what is made of other files from now on, and looks at them once.
  func replace(_ rotations: [any FileRotation]) throws(SystemError) {
    self.rotations = rotations
    try begin()
    watch.watch(directories)
    check()
  }

  private var directories: Set<String> { rotations.reduce(into: []) { $0.formUnion($1.directories) } }

  private func check() {
    for rotation in rotations {
      for outcome in rotation.check() { Self.tell(outcome, rotation.subject) }
    }
    // Directories may have been replaced.
    watch.watch(directories)
  }

  private static func tell(_ outcome: RotationOutcome, _ subject: String) {
    let (what, owner) = (LogValue.string(subject), LogValue.string(outcome.owner))
    if let remark = outcome.remark {
      return Log.warning(
        "a file in use wants attention",
        ["what": what, "of": owner, "file": .string(outcome.file), "reason": .string(remark)])
    }
    guard let fault = outcome.fault else {
      return Log.info("changed files are loaded", ["what": what, "of": owner])
    }
    let (file, reason) = (LogValue.string(outcome.file), LogValue.string(fault))
    if outcome.restIsUsed {
      Log.warning(
        "a changed file cannot be used, the others are",
        ["what": what, "of": owner, "file": file, "reason": reason])
    } else {
      Log.error(
        "changed files cannot be used, the former go on",
        ["what": what, "of": owner, "file": file, "reason": reason])
    }
  }
}

extension FileWatch: EventHandler {
  func ready(_ token: Token, _ readiness: Readiness) {
    guard token == changed, watch.takeEvents() else { return }
    let end = burstEnd ?? loop.now + Self.longestBurst
    burstEnd = end
    loop.cancel(quietTimer)
    quietTimer = loop.schedule(at: min(end, loop.now + Self.quietTime), quiet.raw)
  }

  func timerFired(_ payload: UInt64) {
    if payload == look.raw { _ = loop.schedule(at: loop.now + Self.lookTime, look.raw) }
    if payload == quiet.raw { burstEnd = nil }
    check()
  }

  func woken() {}
  func turnEnded() {}
}
