internal import Admin
internal import Client
internal import Configuration
internal import Discovery
internal import LocalServer
internal import Mesh
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
  typealias Kind = ControlLoop.Kind

  let control: ControlLoop
  let server: ProxyServer
  var loop: EventLoop { control.loop }
  var dispatcher: EventDispatcher { control.dispatcher }
  var adminAddress: SocketAddress?
  /// Called when the drain begins.
  var drainBegan: () -> Void = {}

  let accessLog: AccessLog?
  var certificateRotation: TLSRotation
  var expiryWatch: ExpiryWatch
  let reloading: ConfigurationReload?
  var configurationWatch: ConfigurationWatch?
  let fileWatch: FileWatch
  let keySetFetches: KeySetFetches
  let updates: EndpointUpdates
  let registrar: Registrar
  private(set) var centre: ConfigurationCentre!
  let keeper: ConfigurationKeeper
  let startedAt = Clock.wall()
  var admin: LocalServer?
  /// As it was asked for.
  let adminWanted: SocketAddress?
  var isAdminInherited = false
  /// What the command line says, whatever a file says.
  let given: Set<GivenKey>
  /// The process whose sockets this one goes on with, until this one serves.
  var predecessor: Predecessor?
  var takeover: TakeoverOffer?
  var serviceManager = ServiceManager()
  var phase = ProcessStatus.Phase.starting
  /// Nil until the drain begins.
  var drains: DrainSequence?
  var drainTimer = TimerWheel.ID.none
  /// Sources have not answered in time.
  var isLate = false
  /// Asked for before anything was served.
  var hasMissedReload = false
  /// While a reload waits for its sources.
  var waitTimer = TimerWheel.ID.none
  var exitStatus: Int32?
  /// With which it ends once it has drained.
  var statusOfDrain: Int32 = 0

  static let drainToken = Token(kind: Kind.process, slot: 1, generation: 1)
  static let lateToken = Token(kind: Kind.process, slot: 2, generation: 1)
  static let keepToken = Token(kind: Kind.process, slot: 4, generation: 1)
  static let waitToken = Token(kind: Kind.process, slot: 3, generation: 1)

  /// Blocks the signals and binds every address. Call it before any thread is started.
  /// - Parameters:
  ///   - admin: the admin server's address, nil for none.
  ///   - source: where the snapshot came from.
  ///   - takeover: whether it goes on with another process's sockets, and where its own can be asked for.
  init(
    snapshot: MeshSnapshot, admin: SocketAddress?, source: ConfigurationSource = ConfigurationSource(),
    takeover options: TakeoverOptions = TakeoverOptions()
  ) throws(StartError) {
    adminWanted = admin
    given = source.given
    predecessor = try Self.findPredecessor(options, snapshot.settings)
    // A silent server of key sets must not keep another one waiting.
    var limits = ClientLimits()
    limits.connections = max(limits.connections, 2 * snapshot.keySets.count)
    let control = try ControlLoop(snapshot.settings, limits: limits)
    self.control = control
    let loop = control.loop
    let dispatcher = control.dispatcher
    let workers = snapshot.settings.workers ?? ProcessorCount.available()
    OpenFiles.prepare(for: snapshot, workers: workers)
    accessLog = try AccessLog.open(snapshot.settings.accessLog, workers: workers)
    let patience = AddressPatience(options.isWanted && predecessor == nil)
    server = try Self.bind(snapshot, workers, accessLog, predecessor?.listeners, patience)
    reloading = ConfigurationReload(source, server)
    certificateRotation = TLSRotation(snapshot)
    expiryWatch = ExpiryWatch(snapshot)
    fileWatch = try control.fileWatch([certificateRotation, expiryWatch, KeySetRotation(snapshot)])
    keySetFetches = KeySetFetches(
      snapshot, client: control.client, on: loop, kind: Kind.keySets, seed: control.seed(Kind.keySets))
    updates = EndpointUpdates(source.states, server, on: loop, kind: Kind.endpoints) {
      control.sources.make($0, $1)
    }
    registrar = Registrar(
      control.sources, on: loop, dispatcher: dispatcher, kind: Kind.registration,
      seed: control.seed(Kind.registration))
    keeper = ConfigurationKeeper(
      on: loop, token: Self.keepToken, holding: source.keptRest, beside: snapshot.settings.lastGood)
    centre = control.configurationCentre { [unowned self] in configurationHeard() }
    dispatcher.add(self, kinds: Kind.process...Kind.process)
    dispatcher.add(updates, kinds: Kind.endpoints...Kind.endpoints)
    dispatcher.add(keySetFetches, kinds: Kind.keySets...Kind.keySets)
    if let admin { try openAdmin(admin, patience) }
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
    if let predecessor {
      updates.ownsFile = false
      try predecessor.claim(admin: isAdminInherited)
    } else {
      try openOffer(options)
    }
  }

  /// What is made of files: certificates, key sets, and the configuration itself. After the rotation the watch knows the fresh ones.
  var rotations: [any FileRotation] {
    [certificateRotation, expiryWatch, KeySetRotation(server.snapshot)]
      + (configurationWatch.map { [$0] } ?? [])
  }
}
