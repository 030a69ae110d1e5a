internal import Admin
internal import Configuration
internal import DNS
internal import Discovery
internal import Mesh
internal import Policy
internal import Primitives
internal import Proxy
internal import Reactor
internal import Telemetry

extension ProxyProcess {
  /// Loads the configuration's file anew, and goes on with what it says if it is valid. Nil where there is no file, or the
  /// process is about to end. The service manager hears of it even where there is no file: it may wait for the end.
  func reloadConfiguration(again: Bool = false) -> ReloadState? {
    let mayChange = phase == .serving && takeover?.isUnderWay != true
    hasMissedReload = !mayChange
    guard mayChange else { return nil }
    serviceManager.tell(.reloading(Clock.now()))
    defer { serviceManager.tell(.ready) }
    guard let reloading else { return nil }
    configurationWatch?.note()
    reloading.rest = centre.text ?? reloading.rest
    switch reloading.run(again: again) {
    case .refused: break
    case .awaiting(let settings):
      for kind in control.sources.adopt(settings) { updates.discovery.restart(kind) }
      centre.follow(settings)
    case .taken: adopted()
    }
    return reloading.state
  }

  /// The server has another snapshot: what stands around it follows.
  private func adopted() {
    let settings = server.snapshot.settings
    certificateRotation = TLSRotation(server.snapshot, after: certificateRotation)
    expiryWatch = ExpiryWatch(server.snapshot, after: expiryWatch)
    control.resolver.adopt(settings.dns)
    keySetFetches.adopt(server.snapshot)
    for kind in control.sources.adopt(settings) { updates.discovery.restart(kind) }
    updates.adopt(server.snapshot)
    registrar.announce(settings)
    centre.follow(settings)
    keepConfiguration()
    do throws(SystemError) {
      try fileWatch.replace(rotations)
    } catch {
      Log.error("files cannot be watched", ["error": .string("\(error)")])
    }
  }

  /// What was fetched and is in effect is kept for a process that cannot fetch it.
  func keepConfiguration() {
    keeper.keep(reloading?.used, beside: server.snapshot.settings.lastGood)
  }

  /// The centre has another text.
  func configurationHeard() {
    // One that was refused may have gone for the one that is in effect.
    guard let reloading, reloading.isAwaiting || reloading.isAtFault || centre.text != reloading.used else {
      return
    }
    _ = reloadConfiguration()
  }
}
