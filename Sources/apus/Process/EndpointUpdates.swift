internal import Discovery
internal import Mesh
internal import Primitives
internal import Proxy
internal import Reactor
internal import Telemetry

/// Takes what sources find into the running proxy: once a turn of the control loop, whatever has changed in it.
final class EndpointUpdates {
  let discovery: MeshDiscovery

  private let states: StateStore
  private let server: ProxyServer
  private let loop: EventLoop
  private let lastGood: LastGoodFile
  private let token: Token
  private var references: [ServiceReference: [Int]] = [:]
  /// Since when what has changed is not in the file yet.
  private var unsaved: MonotonicTime?
  private var saving = TimerWheel.ID.none
  private var delay = RewriteDelay()
  private var changes = 0
  private var news = EndpointNews()

  /// A large table is not written for each of its changes.
  private static let saveDelay = Interval.seconds(2)
  /// Changes between two looks for what nobody holds any more.
  private static let tidyTime = 1_000

  /// - Parameter kind: of its token on the loop.
  init(
    _ states: StateStore, _ server: ProxyServer, on loop: EventLoop, kind: UInt8,
    make: @escaping MeshDiscovery.Factory
  ) {
    self.states = states
    self.server = server
    self.loop = loop
    token = Token(kind: kind, slot: 0, generation: 1)
    lastGood = LastGoodFile()
    discovery = MeshDiscovery(states.discovered, on: loop, make: make)
  }

  /// What an earlier process knew, where the configuration names a file for it. Before `adopt`.
  func recall(_ settings: MeshSettings) {
    guard let path = settings.lastGood else { return }
    do throws(LastGoodFile.Failure) {
      guard let age = try lastGood.read(path, into: states.discovered, now: loop.now, wall: Clock.wall())
      else { return }
      Log.info("the last good table is read", ["file": .string(path), "age_s": LogValue(Int(age.seconds))])
    } catch {
      Log.warning(
        "the last good table cannot be read", ["file": .string(path), "reason": .string(error.reason)])
    }
  }

  /// Goes on with another configuration's snapshot.
  func adopt(_ snapshot: MeshSnapshot) {
    references = snapshot.references
    news.keep(snapshot.services)
    discovery.watch(Set(references.keys))
    take(Set(references.keys.filter { states.discovered[$0]?.isLeftOver == true }))
    if lastGood.failure != nil {
      // It may be another file by now.
      delay = RewriteDelay()
      loop.cancel(saving)
      unsaved = nil
    }
    noteUnsaved()
  }

  /// Whether the last good table is this process's to write: not while another one serves with the same file.
  var ownsFile = true {
    didSet {
      if ownsFile { return noteUnsaved() }
      loop.cancel(saving)
      unsaved = nil
    }
  }

  /// Why the last good table is not what is known.
  var savingProblem: String? {
    guard unsaved != nil, let failure = lastGood.failure else { return nil }
    return "the last good table cannot be written: \(failure.reason)"
  }

  /// What no source names any more and somebody still waits for.
  var leaving: [LeavingEndpoint] { states.leaving(server.snapshot) }

  func stop() {
    discovery.stop()
    loop.cancel(saving)
    if unsaved != nil { save() }
  }

  // MARK: Changes

  private func take(_ changed: Set<ServiceReference>) {
    let snapshot = server.snapshot
    var lists: [Int: EndpointList] = [:]
    for reference in changed {
      for place in references[reference] ?? [] {
        lists[place] = states.discovered.list(snapshot.services[place], reference, states)
      }
    }
    if lists.isEmpty { return }
    server.follow(
      MeshSnapshot(
        snapshot, version: snapshot.version + 1, replacing: lists, numbering: states.numbering),
      Array(lists.values))
    for list in lists.values {
      news.tell(list) { discovery.remark(on: $0) }
    }
    changes += lists.count
    if changes >= Self.tidyTime {
      changes = 0
      states.tidy()
    }
    noteUnsaved()
  }

  /// Tells of those services of which no source has said anything.
  func tellUnknown() {
    for (reference, places) in references where states.discovered[reference] == nil {
      news.tellUnknown(reference, places.map { server.snapshot.services[$0].name })
    }
  }

  // MARK: The file

  private func noteUnsaved() {
    guard ownsFile, server.snapshot.settings.lastGood != nil, unsaved == nil, !states.discovered.known.isEmpty
    else {
      return
    }
    unsaved = loop.now
    saving = loop.schedule(at: loop.now + Self.saveDelay, token.raw)
  }

  private func save() {
    unsaved = nil
    guard let path = server.snapshot.settings.lastGood else { return }
    let hadFailed = lastGood.failure != nil
    if let news = lastGood.write(states.discovered, to: path, now: loop.now, wall: Clock.wall()) {
      Log.warning(
        "the last good table cannot be written", ["file": .string(path), "reason": .string(news.reason)])
    }
    if lastGood.failure != nil {
      unsaved = loop.now
      saving = loop.schedule(at: loop.now + delay.next(), token.raw)
      return
    }
    delay = RewriteDelay()
    if hadFailed { Log.info("the last good table is written again", ["file": .string(path)]) }
  }
}

extension EndpointUpdates: EventHandler {
  func ready(_ token: Token, _ readiness: Readiness) {}
  func timerFired(_ payload: UInt64) { if unsaved != nil { save() } }
  func woken() {}
  func turnEnded() {
    let changed = discovery.takeChanges()
    if !changed.isEmpty { take(changed) }
  }
}
