internal import Configuration
internal import Mesh
internal import Primitives
internal import Reactor
internal import Telemetry

/// Looks at the files of key sets now and then, on the control loop, and has them read when they have changed.
final class KeySetWatch {
  private let rotation: KeySetRotation
  private let loop: EventLoop
  private let token: Token

  /// Whoever changes keys publishes the new ones some time before they sign.
  static let period = Interval.seconds(10)

  /// - Parameter kind: of its token on the loop. Where there is no key set it never wakes anybody.
  init(_ snapshot: MeshSnapshot, on loop: EventLoop, kind: UInt8) {
    rotation = KeySetRotation(snapshot)
    self.loop = loop
    token = Token(kind: kind, slot: 0, generation: 1)
    if !rotation.isEmpty { _ = loop.schedule(at: loop.now + Self.period, token.raw) }
  }

  func check() {
    for outcome in rotation.check() {
      if let fault = outcome.fault {
        Log.error(
          "key set cannot be used, the former keys stay",
          ["provider": .string(outcome.provider), "file": .string(outcome.file), "reason": .string(fault)])
      } else {
        Log.info(
          "key set is loaded anew",
          ["provider": .string(outcome.provider), "file": .string(outcome.file)])
      }
    }
  }
}

extension KeySetWatch: EventHandler {
  func ready(_ token: Token, _ readiness: Readiness) {}

  func timerFired(_ payload: UInt64) {
    check()
    _ = loop.schedule(at: loop.now + Self.period, token.raw)
  }

  func woken() {}
  func turnEnded() {}
}
