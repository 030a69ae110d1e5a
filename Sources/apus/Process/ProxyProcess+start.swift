internal import Admin
internal import Discovery
internal import Glibc
internal import Mesh
internal import Policy
internal import Primitives
internal import Proxy
internal import Reactor
internal import Telemetry

extension ProxyProcess {
  /// Clients that connect meanwhile wait.
  func awaitSources() {
    let limit = server.snapshot.settings.timeouts.discovery
    Log.info(
      "waiting for the sources of endpoints",
      ["services": LogValue(updates.discovery.unknown.count), "limit": .string("\(limit.seconds)s")])
    if limit > .zero { _ = loop.schedule(at: loop.now + limit, Self.lateToken.raw) } else { isLate = true }
  }

  /// Nothing is taken from a process that may know more: where a source has never answered and nothing is kept of it, that
  /// one goes on. Without a time to wait it is taken over with what is known.
  private func mayTakeOver() throws(StartError) {
    let unknown = updates.discovery.unknown
    guard let predecessor, !unknown.isEmpty, server.snapshot.settings.timeouts.discovery > .zero,
      try predecessor.isThere()
    else { return }
    let names = unknown.map { "\($0.source.rawValue) \($0)" }.sorted()
    let more = names.count > 3 ? " and \(names.count - 3) more" : ""
    throw StartError(
      "process \(predecessor.process) is not taken over, and goes on: no endpoints are known of "
        + names.prefix(3).joined(separator: ", ") + more)
  }

  func serve() throws(StartError) {
    try mayTakeOver()
    updates.tellUnknown()
    let isAlive = try predecessor?.agrees() ?? false
    do throws(SystemError) {
      try server.start()
    } catch {
      throw StartError("cannot start: \(error)")
    }
    server.whenMemoryFreed(loop.remote)
    phase = .serving
    logStart()
    registrar.announce(server.snapshot.settings)
    if let predecessor {
      self.predecessor = nil
      try succeed(predecessor, isAlive: isAlive)
      // The other one goes on.
      if phase != .serving { return }
      serviceManager.tell(.mainProcess(getpid()), .ready)
    } else {
      serviceManager.tell(.ready)
    }
    keepConfiguration()
    if hasMissedReload { _ = reloadConfiguration() }
  }

  func logStart() {
    for listener in server.listeners {
      Log.info("listening", ["name": .string(listener.name), "address": LogValue(listener.address)])
    }
    if let adminAddress { Log.info("admin server listening", ["address": LogValue(adminAddress)]) }
    let snapshot = server.snapshot
    for service in snapshot.services where service.tls?.isVerified == false {
      Log.warning(
        "TLS without verification: anybody may pose as an endpoint of this service",
        ["service": .string(service.name)])
    }
    Log.info(
      "ready",
      [
        "version": .string(Version.text), "pid": LogValue(getpid()),
        "workers": LogValue(server.metrics.count),
        "services": LogValue(snapshot.services.count), "endpoints": LogValue(snapshot.endpoints.count),
        "start_ms": .double((Double(Clock.wall() - startedAt) / 1e4).rounded() / 100),
      ])
  }
}
