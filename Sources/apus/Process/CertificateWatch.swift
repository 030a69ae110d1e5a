internal import Configuration
internal import Mesh
internal import Primitives
internal import Reactor
internal import Telemetry

/// Watches the files of TLS on the control loop, and has their contexts made anew when they change.
///
/// Changes come in bursts: it waits until 100 ms have passed without one, at most a second. What inotify does not hear
/// of (some network file systems, a directory that was not there) is found by a look every half minute.
final class CertificateWatch {
  let rotation: TLSRotation
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
  init(_ snapshot: MeshSnapshot, on loop: EventLoop, kind: UInt8) throws(SystemError) {
    rotation = TLSRotation(snapshot)
    self.loop = loop
    changed = Token(kind: kind, slot: 0, generation: 1)
    quiet = Token(kind: kind, slot: 1, generation: 1)
    look = Token(kind: kind, slot: 2, generation: 1)
    watch = try DirectoryWatch()
    if rotation.isEmpty { return }
    try loop.register(watch.descriptor, token: changed)
    watch.watch(rotation.directories)
    _ = loop.schedule(at: loop.now + Self.lookTime, look.raw)
  }

  private func check() {
    for outcome in rotation.check() {
      if let fault = outcome.fault {
        Log.error(
          "TLS files cannot be used, the former ones stay",
          ["of": .string(outcome.name), "file": .string(fault.path), "reason": .string(fault.message)])
      } else {
        Log.info("TLS files are loaded anew", ["of": .string(outcome.name)])
      }
    }
    // Directories may have been replaced.
    watch.watch(rotation.directories)
  }
}

extension CertificateWatch: EventHandler {
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
