internal import Admin
internal import CLinux
internal import Client
internal import Configuration
internal import DNS
internal import Discovery
internal import Glibc
internal import LocalServer
internal import Mesh
internal import Policy
internal import Primitives
internal import Proxy
internal import Reactor
internal import Telemetry

/// The process around a proxy: the control loop with signals and the admin server, from start to exit status.
///
/// SIGTERM or SIGINT drains: nothing new is accepted, what is in flight may finish within `drain`, then the status
/// is 0. A second signal of either kind ends at once, with 128 + its number. SIGHUP loads the configuration's file anew,
/// and so does a change of it. SIGUSR1 opens the access log's file anew, after it was moved away.
final class ProxyProcess {
  /// Kinds of the tokens on the control loop. Whoever else lives on it takes kinds from `free` on.
  enum Kind {
    static let process: UInt8 = 1
    static let admin: UInt8 = 2
    static let files: UInt8 = 4
    static let keySets: UInt8 = 5
    static let names: UInt8 = 6
    static let endpoints: UInt8 = 7
    /// One for each source.
    static let sources: UInt8 = 8
    static let registration = sources + UInt8(SourceKind.allCases.count)
    static let client = registration + 1
    static let free = client + HTTPClient.kindCount
  }

  let loop: EventLoop
  let dispatcher = EventDispatcher()
  let server: ProxyServer
  private(set) var adminAddress: SocketAddress?
  /// Called when the drain begins.
  var drainBegan: () -> Void = {}

  private let signals: SignalSource
  private let accessLog: AccessLog?
  private var certificateRotation: TLSRotation
  private let reloading: ConfigurationReload?
  private var configurationWatch: ConfigurationWatch?
  private let fileWatch: FileWatch
  /// For endpoints' names, and those of the calls of our own.
  private let resolver: DNSResolver
  /// For the calls of our own.
  private let client: HTTPClient
  private let keySetFetches: KeySetFetches
  private let discoverySources: DiscoverySources
  private let updates: EndpointUpdates
  private let registrar: Registrar
  private let startedAt = Clock.wall()
  private var admin: LocalServer?
  private var phase = ProcessStatus.Phase.starting
  /// Sources have not answered in time.
  private var isLate = false
  /// Asked for before anything was served.
  private var hasMissedReload = false
  private var exitStatus: Int32?

  /// For what reads the access log to take its end.
  private static let lastWords = Interval.seconds(1)
  private static let signalToken = Token(kind: Kind.process, slot: 0, generation: 1)
  private static let drainToken = Token(kind: Kind.process, slot: 1, generation: 1)
  private static let lateToken = Token(kind: Kind.process, slot: 2, generation: 1)

  /// Blocks the signals and binds every address. Call it before any thread is started.
  /// - Parameters:
  ///   - admin: the admin server's address, nil for none.
  ///   - source: where the snapshot came from.
  init(
    snapshot: MeshSnapshot, admin: SocketAddress?, source: ConfigurationSource = ConfigurationSource()
  ) throws(StartError) {
    do throws(SystemError) {
      signals = try SignalSource()
      loop = try EventLoop(readSize: 16 << 10)
      try loop.register(signals.descriptor, token: Self.signalToken)
    } catch {
      throw StartError("cannot start: \(error)")
    }
    let workers = snapshot.settings.workers ?? ProcessorCount.available()
    OpenFiles.prepare(for: snapshot, workers: workers)
    accessLog = try AccessLog.open(snapshot.settings.accessLog, workers: workers)
    server = try Self.bind(snapshot, workers, accessLog)
    reloading = ConfigurationReload(source, server)
    certificateRotation = TLSRotation(snapshot)
    do throws(SystemError) {
      fileWatch = try FileWatch(
        [certificateRotation, KeySetRotation(snapshot)], on: loop, kind: Kind.files)
    } catch {
      throw StartError("cannot watch files: \(error)")
    }
    // A silent server of key sets must not keep another one waiting.
    var limits = ClientLimits()
    limits.connections = max(limits.connections, 2 * snapshot.keySets.count)
    resolver = DNSResolver(snapshot.settings.dns, on: loop, kind: Kind.names)
    client = HTTPClient(
      on: loop, kind: Kind.client, resolver: DNSHostResolver(resolver, on: loop), limits: limits)
    keySetFetches = KeySetFetches(
      snapshot, client: client, on: loop, kind: Kind.keySets, seed: UInt64(bitPattern: startedAt))
    let sources = DiscoverySources(
      snapshot.settings, client: client, resolver: resolver, on: loop, dispatcher: dispatcher,
      kind: Kind.sources, seed: UInt64(bitPattern: startedAt))
    discoverySources = sources
    updates = EndpointUpdates(
      source.states, server, on: loop, kind: Kind.endpoints
    ) { sources.make($0, $1) }
    registrar = Registrar(
      sources, on: loop, dispatcher: dispatcher, kind: Kind.registration, seed: ~UInt64(bitPattern: startedAt)
    )
    dispatcher.add(self, kinds: Kind.process...Kind.process)
    dispatcher.add(updates, kinds: Kind.endpoints...Kind.endpoints)
    dispatcher.add(fileWatch, kinds: Kind.files...Kind.files)
    dispatcher.add(keySetFetches, kinds: Kind.keySets...Kind.keySets)
    dispatcher.add(resolver, kinds: Kind.names...Kind.names)
    dispatcher.add(client, kinds: Kind.client...(Kind.free - 1))
    if let admin { try openAdmin(admin) }
    if reloading != nil, let path = source.path {
      configurationWatch = ConfigurationWatch(path) { [unowned self] in
        _ = reloadConfiguration()
      } looked: { [unowned self] in
        if reloading?.isAtFault == true { _ = reloadConfiguration(again: true) }
      }
      do throws(SystemError) {
        try fileWatch.replace(rotations)
      } catch {
        throw StartError("cannot watch files: \(error)")
      }
    }
    server.whenAdopted(loop.remote)
  }

  /// What is made of files: certificates, key sets, and the configuration itself.
  private var rotations: [any FileRotation] {
    [certificateRotation, KeySetRotation(server.snapshot)] + (configurationWatch.map { [$0] } ?? [])
  }

  /// Loads the configuration's file anew, and goes on with what it says if it is valid. Nil where there is no file, or the
  /// process is about to end.
  func reloadConfiguration(again: Bool = false) -> ReloadState? {
    if phase == .starting { hasMissedReload = true }
    guard let reloading, phase == .serving else { return nil }
    configurationWatch?.note()
    if reloading.run(again: again) {
      certificateRotation = TLSRotation(server.snapshot, after: certificateRotation)
      resolver.adopt(server.snapshot.settings.dns)
      keySetFetches.adopt(server.snapshot)
      for kind in discoverySources.adopt(server.snapshot.settings) { updates.discovery.restart(kind) }
      updates.adopt(server.snapshot)
      registrar.announce(server.snapshot.settings)
      do throws(SystemError) {
        try fileWatch.replace(rotations)
      } catch {
        Log.error("files cannot be watched", ["error": .string("\(error)")])
      }
    }
    return reloading.state
  }

  private static func bind(
    _ snapshot: MeshSnapshot, _ workers: Int, _ accessLog: AccessLog?
  ) throws(StartError) -> ProxyServer {
    do {
      return try ProxyServer(
        snapshot: snapshot, workers: workers, accessLog: accessLog.map { ($0.writer, $0.format) })
    } catch {
      throw StartError("\(error)")
    }
  }

  private func openAdmin(_ address: SocketAddress) throws(StartError) {
    do throws(SystemError) {
      let admin = try LocalServer(
        at: address, on: loop, kind: Kind.admin, service: AdminService(source: self))
      dispatcher.add(admin, kinds: Kind.admin...(Kind.admin + 1))
      adminAddress = admin.address
      self.admin = admin
    } catch {
      throw StartError("admin: cannot listen on \(address): \(error)")
    }
  }

  /// Serves until the end. Returns the exit status.
  func run() throws(StartError) -> Int32 {
    updates.recall(server.snapshot.settings)
    updates.adopt(server.snapshot)
    if !updates.discovery.isComplete { awaitSources() }
    while true {
      if phase == .starting, exitStatus == nil, updates.discovery.isComplete || isLate { try serve() }
      if let exitStatus {
        server.stop()
        server.join()
        admin?.close()
        keySetFetches.stop()
        updates.stop()
        client.close()
        if accessLog?.writer.stop(within: Self.lastWords) == false {
          Log.warning("the end of the access log could not be written")
        }
        countLastLost()
        return exitStatus
      }
      loop.turn(dispatcher, limit: .distantFuture)
    }
  }

  /// Clients that connect meanwhile wait.
  private func awaitSources() {
    let limit = server.snapshot.settings.timeouts.discovery
    Log.info(
      "waiting for the sources of endpoints",
      ["services": LogValue(updates.discovery.unknown.count), "limit": .string("\(limit.seconds)s")])
    if limit > .zero { _ = loop.schedule(at: loop.now + limit, Self.lateToken.raw) } else { isLate = true }
  }

  private func serve() throws(StartError) {
    for reference in updates.discovery.unknown {
      Log.warning(
        "no endpoints are known yet",
        ["source": .string(reference.source.rawValue), "reference": .string(reference.description)])
    }
    do throws(SystemError) {
      try server.start()
    } catch {
      throw StartError("cannot start: \(error)")
    }
    server.whenMemoryFreed(loop.remote)
    phase = .serving
    logStart()
    registrar.announce(server.snapshot.settings)
    if hasMissedReload { _ = reloadConfiguration() }
  }

  /// The workers that counted lost lines have ended before the last ones were written.
  private func countLastLost() {
    guard let lost = accessLog?.writer.takeLost(), lost > 0 else { return }
    Log.warning("the last lines of the access log are lost", ["lines": LogValue(lost)])
  }

  /// Begins the drain, as the first signal does.
  func drain() {
    guard phase == .serving else { return }
    phase = .draining
    let limit = server.snapshot.settings.timeouts.drain
    Log.info(
      "draining", ["exchanges": LogValue(server.activeExchanges), "limit": .string("\(limit.seconds)s")])
    if limit > .zero { _ = loop.schedule(at: loop.now + limit, Self.drainToken.raw) } else { drainEnded() }
    // Nobody is to be led here any more before connections are refused.
    registrar.withdraw { [unowned self] in
      drainBegan()
      server.drain()
      server.whenDrained(loop.remote)
    }
  }

  private func drainEnded() {
    guard phase == .draining, exitStatus == nil else { return }
    if server.isDrained {
      Log.info("drained")
    } else {
      Log.warning("drain: time is up, cutting off", ["exchanges": LogValue(server.activeExchanges)])
    }
    exitStatus = 0
  }

  private func signalled(_ number: Int32) {
    if number == SIGUSR1 {
      accessLog?.writer.reopen()
      return Log.info("access log opened anew")
    }
    if number == SIGHUP {
      Log.info("signal", ["name": "SIGHUP"])
      if phase == .starting {
        hasMissedReload = true
        return Log.info("the configuration is loaded anew once its sources have answered")
      }
      if reloadConfiguration() == nil {
        Log.warning(
          "the configuration did not come from a file that could be read again, or the process is ending")
      }
      return
    }
    let name = number == SIGINT ? "SIGINT" : "SIGTERM"
    if phase == .serving {
      Log.info("signal", ["name": .string(name)])
      return drain()
    }
    if phase == .starting, exitStatus == nil {
      Log.info("signal", ["name": .string(name)])
      exitStatus = 0
      return
    }
    Log.warning(
      "second signal: ending at once", ["name": .string(name), "exchanges": LogValue(server.activeExchanges)])
    exitStatus = 128 + number
  }

  private func logStart() {
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

extension ProxyProcess: EventHandler {
  func ready(_ token: Token, _ readiness: Readiness) {
    guard token == Self.signalToken else { return }
    while let number = signals.next() { signalled(number) }
  }

  func timerFired(_ payload: UInt64) {
    if payload == Self.drainToken.raw { drainEnded() }
    if payload == Self.lateToken.raw { isLate = true }
  }

  func woken() {
    if server.isDrained { drainEnded() }
    if server.takeMemoryFreed() { clinux_return_free_memory() }
    _ = server.settle()
  }

  func turnEnded() {}
}

extension ProxyProcess: AdminSource {
  var snapshot: MeshSnapshot { server.snapshot }
  var metrics: [WorkerMetrics] { server.metrics }
  var certificates: CertificateState {
    var state = CertificateState()
    state.renewals = certificateRotation.renewals
    state.failures = certificateRotation.failures
    state.problems = certificateRotation.problems
    return state
  }
  var reloads: ReloadState? { reloading?.state }
  func reload() -> ReloadState? { reloadConfiguration() }
  var keySets: [KeySetState] { keySetFetches.states }
  var sources: [SourceState] { updates.discovery.states }
  var registrationProblem: String? { registrar.state?.fault }
  func remark(on reference: ServiceReference) -> String? { updates.discovery.remark(on: reference) }
  var status: ProcessStatus {
    ProcessStatus(
      version: Version.text, phase: phase, startedAt: startedAt, now: Clock.now(),
      listeners: server.listeners.map { .init(name: $0.name, address: $0.address) }, admin: adminAddress,
      exchanges: server.activeExchanges)
  }
}
