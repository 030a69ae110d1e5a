internal import Admin
internal import Client
internal import Configuration
internal import Discovery
internal import Glibc
internal import Mesh
internal import Policy
internal import Primitives
internal import Reactor
internal import Telemetry

/// Waits for the part of a configuration that its file only names, before there is a proxy.
///
/// What is fetched first and is valid is taken. Where nobody has answered within `timeouts.discovery`, or what was fetched
/// is not valid, it is the one that an earlier process has kept. Where there is none, nobody is served: it waits on. The
/// file is looked at again when it changes, or by SIGHUP: it may name another place, or be all that there is.
final class FirstConfiguration {
  enum Outcome {
    /// With its text, for whoever follows it from here on; nil: the file is all.
    case loaded(LoadedConfiguration, ConfigurationText?, isKept: Bool)
    /// Told to end.
    case ended
  }

  private let control: ControlLoop
  private var beginning: MeshSettings
  private let load: (ConfigurationText?) -> LoadedConfiguration
  private var fileWatch: FileWatch?
  private var centre: ConfigurationCentre!
  private var outcome: Outcome?
  /// What is wrong with the file, as it was told last.
  private var told: [Diagnostic] = []

  private typealias Kind = ControlLoop.Kind
  private static let lateToken = Token(kind: Kind.process, slot: 1, generation: 1)

  /// - Parameters:
  ///   - path: of the file.
  ///   - load: makes a configuration of the file and the text.
  init(
    _ beginning: MeshSettings, file path: String, load: @escaping (ConfigurationText?) -> LoadedConfiguration
  ) throws(StartError) {
    self.beginning = beginning
    self.load = load
    control = try ControlLoop(beginning)
    control.dispatcher.add(self, kinds: Kind.process...Kind.process)
    centre = control.configurationCentre { [unowned self] in heard() }
    if path == ConfigurationLoader.standardInput { return }
    let watch = ConfigurationWatch(path) { [unowned self] in
      lookAgain()
    } looked: {
    }
    fileWatch = try control.fileWatch([watch])
  }

  func run() -> Outcome {
    follow()
    _ = control.loop.schedule(at: control.loop.now + beginning.timeouts.discovery, Self.lateToken.raw)
    while true {
      if let outcome {
        centre.stop()
        control.client.close()
        return outcome
      }
      control.turn()
    }
  }

  private func follow() {
    Log.info(
      "waiting for the configuration",
      [
        "place": .string(beginning.rest?.description ?? ""),
        "limit": .string("\(beginning.timeouts.discovery.seconds)s"),
      ])
    centre.follow(beginning)
  }

  private func heard() {
    guard outcome == nil, let text = centre.text else { return }
    let loaded = load(text)
    // The file names another place by now.
    if loaded.beginning != nil { return lookAgain() }
    if loaded.isValid || !takeSaved(because: "what was fetched is not valid") {
      outcome = .loaded(loaded, text, isKept: false)
    } else {
      ConfigurationReport.log(loaded.diagnostics)
    }
  }

  /// The file may be another one.
  private func lookAgain() {
    guard outcome == nil else { return }
    let loaded = load(nil)
    if loaded.isValid {
      outcome = .loaded(loaded, nil, isKept: false)
    } else if let fresh = loaded.beginning {
      beginning = fresh
      _ = control.sources.adopt(fresh)
      follow()
    } else {
      if loaded.diagnostics != told { ConfigurationReport.log(loaded.diagnostics) }
      told = loaded.diagnostics
      Log.error("the configuration's file cannot be used")
    }
  }

  /// Returns whether there was one that can be used.
  private func takeSaved(because reason: String) -> Bool {
    guard let reference = beginning.rest, let path = beginning.lastGood else { return false }
    do throws(LastGoodFile.Failure) {
      let limit = ConfigurationLoader.sizeLimit
      guard
        let saved = try LastGoodConfiguration().read(
          of: reference.description, beside: path, limit: limit, wall: Clock.wall())
      else { return false }
      let text = ConfigurationText(reference, saved.bytes)
      let loaded = load(text)
      guard loaded.isValid else {
        ConfigurationReport.log(loaded.diagnostics)
        return false
      }
      Log.warning(
        "the last good configuration is used",
        ["age_s": LogValue(Int(saved.age.seconds)), "reason": .string(reason)])
      outcome = .loaded(loaded, text, isKept: true)
      return true
    } catch {
      Log.warning("the last good configuration cannot be read", ["reason": .string(error.reason)])
      return false
    }
  }
}

extension FirstConfiguration: EventHandler {
  func ready(_ token: Token, _ readiness: Readiness) {
    while let number = control.signals.next() {
      if number == SIGHUP { lookAgain() }
      guard number == SIGTERM || number == SIGINT else { continue }
      Log.info("signal", ["name": number == SIGINT ? "SIGINT" : "SIGTERM"])
      outcome = .ended
    }
  }

  func timerFired(_ payload: UInt64) {
    guard outcome == nil, !takeSaved(because: "nobody has answered in time") else { return }
    Log.warning(
      "there is no configuration yet, nobody is served",
      [
        "place": .string(beginning.rest?.description ?? ""),
        "reason": .string(centre.state?.fault ?? "no answer"),
      ])
  }
  func woken() {}
  func turnEnded() {}
}
