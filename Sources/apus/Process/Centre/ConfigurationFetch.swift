internal import Admin
internal import Client
internal import Configuration
internal import Discovery
internal import Glibc
internal import Mesh
internal import Policy
internal import Primitives
internal import Reactor

/// Fetches the part of a configuration that its file only names, once, for a command that looks at it.
final class ConfigurationFetch {
  enum Outcome {
    case fetched(ConfigurationText)
    /// Why not, for people.
    case failed(String)
    /// By this signal.
    case ended(Int32)
  }

  private let control: ControlLoop
  private let beginning: MeshSettings
  private var centre: ConfigurationCentre!
  private var outcome: Outcome?

  private typealias Kind = ControlLoop.Kind
  private static let lateToken = Token(kind: Kind.process, slot: 1, generation: 1)
  /// Somebody waits for it.
  static let patience = Interval.seconds(10)

  /// Blocks the signals of the process.
  init(_ beginning: MeshSettings) throws(StartError) {
    self.beginning = beginning
    control = try ControlLoop(beginning)
    control.dispatcher.add(self, kinds: Kind.process...Kind.process)
    centre = control.configurationCentre { [unowned self] in heard() }
  }

  func run() -> Outcome {
    centre.follow(beginning)
    _ = control.loop.schedule(at: control.loop.now + Self.patience, Self.lateToken.raw)
    while true {
      if outcome == nil, centre.isMissing { outcome = .failed(centre.state?.fault ?? "there is nothing") }
      if let outcome {
        centre.stop()
        control.client.close()
        return outcome
      }
      control.turn()
    }
  }

  private func heard() { if let text = centre.text { outcome = .fetched(text) } }
}

extension ConfigurationFetch: EventHandler {
  func ready(_ token: Token, _ readiness: Readiness) {
    while let number = control.signals.next() {
      if number == SIGTERM || number == SIGINT { outcome = .ended(number) }
    }
  }

  func timerFired(_ payload: UInt64) {
    if outcome == nil { outcome = .failed(centre.state?.fault ?? "no answer") }
  }
  func woken() {}
  func turnEnded() {}
}
