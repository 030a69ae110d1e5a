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
    defer { if reloading?.wait.isOn != true { serviceManager.tell(.ready) } }
    guard let reloading else { return nil }
    configurationWatch?.note()
    reloading.rest = centre.text ?? reloading.rest
    let hasWaited = reloading.wait.isOn
    loop.cancel(waitTimer)
    switch reloading.run(again: again) {
    case .refused: if hasWaited { prepare(server.snapshot.settings, []) }
    case .unopened where hasWaited:
      // What was waited for stays known for the next time that it is tried.
      let others = control.sources.adopt(server.snapshot.settings)
      if !others.isEmpty { updates.discovery.prepare([], anew: others) }
      control.resolver.adopt(server.snapshot.settings.dns)
    case .unopened: break
    case .awaiting(let settings):
      updates.discovery.prepare([], anew: control.sources.adopt(settings))
      centre.follow(settings)
    case .waiting(let snapshot):
      prepare(snapshot.settings, Set(snapshot.references.keys))
      let deadline = reloading.wait.deadline ?? loop.now
      waitTimer = loop.schedule(at: deadline, Self.waitToken.raw)
    case .taken: adopted()
    }
    return reloading.state
  }

  /// Sources are asked for these, too, by those settings: they are to take effect soon. None: it does not come to that.
  private func prepare(_ settings: MeshSettings, _ references: Set<ServiceReference>) {
    control.resolver.adopt(settings.dns)
    updates.discovery.prepare(references, anew: control.sources.adopt(settings))
  }

  /// What a reload waits for may be there.
  func lookAtWait(isTimeUp: Bool = false) {
    guard let wait = reloading?.wait, wait.isOn, isTimeUp || updates.discovery.knows(wait.pending) else {
      return
    }
    if reloadConfiguration()?.awaited.isEmpty == true, isTimeUp { updates.tellUnknown() }
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
    guard let reloading,
      reloading.isAwaiting || reloading.isAtFault || reloading.wait.isOn || centre.text != reloading.used
    else {
      return
    }
    _ = reloadConfiguration()
  }
}
