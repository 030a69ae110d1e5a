internal import Admin
internal import CLinux
internal import Configuration
internal import Glibc
internal import Mesh
internal import Policy
internal import Primitives
internal import Proxy
internal import Reactor
internal import Telemetry

/// Where a configuration came from, so that it can be loaded anew.
struct ConfigurationSource {
  /// Nil: nowhere that could be read again.
  var path: String?
  /// What it said, where that names a rest and cannot be read again.
  var input: [UInt8]?
  /// What the file names, where it is not the whole.
  var rest: ConfigurationText?
  /// The same, where that is what an earlier process has kept.
  var keptRest: ConfigurationText?
  /// What the command line says, whatever the file says.
  var given: Set<GivenKey> = []
  /// With which the first snapshot was made.
  var states = StateStore()
  /// Applied to what a file says of the own log.
  var applyLog: (LogSettings) -> Void = { _ in }
}

/// Loads the configuration's file anew: whole and checked before anything of it is taken. A bad one is refused, with all
/// that is wrong with it in the log, and the former one goes on.
final class ConfigurationReload {
  private(set) var state = ReloadState()
  /// What is put to the file where that names it; what is in effect was made with `used`.
  var rest: ConfigurationText?
  private(set) var used: ConfigurationText?
  /// The file names what is not there yet.
  private(set) var isAwaiting = false
  /// For what a valid one waits before it takes effect.
  private(set) var wait = ReloadWait()

  private let path: String
  let source: ConfigurationSource
  let server: ProxyServer
  let start: StartState
  /// Whether there ever were any: what held them may not have been wiped.
  private var hasHeldKeys: Bool

  /// Nil where there is no file to be read again.
  init?(_ source: ConfigurationSource, _ server: ProxyServer) {
    guard let path = source.path, path != ConfigurationLoader.standardInput || source.input != nil else {
      return nil
    }
    self.path = path
    self.source = source
    rest = source.rest
    used = source.rest
    self.server = server
    start = StartState(server.snapshot.settings, given: source.given)
    hasHeldKeys = server.snapshot.holdsPrivateKeys
  }

  /// What was refused may be taken without another change of the file: another file was missing, or a port taken.
  var isAtFault: Bool { !state.faults.isEmpty }

  enum Outcome {
    case taken, refused
    /// It is valid, and an address that it names cannot be had.
    case unopened
    /// The file names another text than the one that there is.
    case awaiting(MeshSettings)
    /// It is valid, and takes effect once its sources have answered: load it again then.
    case waiting(MeshSnapshot)
  }

  /// - Parameter again: it was refused before, and what it is refused for now is told only if that is new.
  func run(again: Bool = false) -> Outcome {
    // Keys may be read that were not there before.
    MemoryDumps.forbid()
    defer { allowDumps() }
    let version = server.snapshot.version + 1
    let loaded = ConfigurationLoader().load(
      path: path, rest: rest, input: source.input, states: source.states, version: version, waits: false)
    source.states.tidy()
    state.awaited = []
    isAwaiting = loaded.beginning != nil
    if let beginning = loaded.beginning {
      wait.end()
      Log.info(
        "the configuration goes on elsewhere, the former one holds until that is known",
        ["place": .string(beginning.rest?.description ?? "")])
      return .awaiting(beginning)
    }
    guard let snapshot = loaded.snapshot.map(keepingEndpoints) else {
      refuse(
        loaded.diagnostics.filter { $0.severity == .error }.map(\.description), loaded.diagnostics, again)
      return .refused
    }
    hasHeldKeys = hasHeldKeys || snapshot.holdsPrivateKeys
    if waits(for: snapshot) { return .waiting(snapshot) }
    let open = server.listeners.map(\.address)
    do throws(ProxyServer.ListenFailure) {
      try server.adopt(snapshot)
    } catch {
      refuse([error.description], loaded.diagnostics, again)
      return .unopened
    }
    ConfigurationReport.log(loaded.diagnostics)
    awaitWorkers()
    source.applyLog(loaded.log)
    // Where the file is all, what it once named is of no use any more.
    if snapshot.settings.rest == nil { rest = nil }
    used = rest
    wait.end()
    state.adopted += 1
    state.faults = []
    state.postponed = start.waiting(in: snapshot).map(\.rawValue)
    OpenFiles.prepare(for: snapshot, workers: server.metrics.count)
    clinux_return_free_memory()
    Log.info(
      "configuration loaded anew",
      [
        "file": .string(path), "snapshot": LogValue(version), "listeners": LogValue(snapshot.listeners.count),
        "rules": LogValue(snapshot.routes.rules.count), "services": LogValue(snapshot.services.count),
        "endpoints": LogValue(snapshot.endpoints.count),
      ])
    for listener in server.listeners where !open.contains(listener.address) {
      Log.info("listening", ["name": .string(listener.name), "address": LogValue(listener.address)])
    }
    for setting in state.postponed {
      Log.warning("a setting takes effect when the process is started again", ["path": .string(setting)])
    }
    return .taken
  }

  /// They take it between two turns: within a moment, and what is said next is true.
  private func awaitWorkers() {
    for _ in 0..<Self.mostLooks {
      if server.settle() { return }
      usleep(Self.microsecondsBetween)
    }
    Log.warning("a worker is busy, and has the new configuration later")
  }

  private static let mostLooks = 5_000
  private static let microsecondsBetween: UInt32 = 200

  /// Whether sources have yet to answer that only this one asks: the one in effect goes on meanwhile.
  private func waits(for snapshot: MeshSnapshot) -> Bool {
    let limit = snapshot.settings.timeouts.discovery
    let before = wait.pending
    guard wait.begins(for: unknown(snapshot), limit: limit, now: Clock.now()) else { return false }
    state.faults = []
    state.awaited = names(of: wait.pending, in: snapshot)
    if wait.pending != before {
      Log.info(
        "the new configuration waits for its sources of endpoints, the former one goes on",
        [
          "file": .string(path), "services": .string(state.awaited.joined(separator: ", ")),
          "limit": .string("\(limit.seconds)s"), "snapshot": LogValue(server.snapshot.version),
        ])
    }
    return true
  }

  private func refuse(_ faults: [String], _ diagnostics: [Diagnostic], _ again: Bool) {
    wait.end()
    let isSame = faults == state.faults
    if again, isSame { return }
    state.refused += 1
    state.faults = faults
    let version = LogValue(server.snapshot.version)
    // What is wrong is said once, while it stays the same.
    if isSame {
      return Log.error(
        "the configuration still cannot be used for the same reasons, the former one goes on",
        ["file": .string(path), "snapshot": version])
    }
    ConfigurationReport.log(diagnostics)
    let hasErrors = diagnostics.contains { $0.severity == .error }
    Log.error(
      "the configuration cannot be used, the former one goes on",
      [
        "file": .string(path), "reason": hasErrors ? .absent : .string(faults.first ?? ""),
        "found": hasErrors ? .string(ConfigurationReport.count(diagnostics)) : .absent, "snapshot": version,
      ])
  }

  private func allowDumps() {
    if !hasHeldKeys || server.snapshot.settings.coreDumps { MemoryDumps.allow() }
  }
}
