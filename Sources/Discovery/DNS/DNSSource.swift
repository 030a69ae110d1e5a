public import DNS
public import Mesh
public import Primitives
public import Reactor
internal import Telemetry

/// Endpoints that DNS knows: the addresses of a name, or what its SRV records name.
///
/// Each name is asked for again as `DNSSchedule` says; only what has changed is told. On the control loop, on which
/// `resolver` lives, too. Its events must reach it through an `EventDispatcher` under its one kind.
public final class DNSSource: MeshSource {
  public var state: SourceState {
    var state = condition
    if state.fault != nil {
      let all = tokens.values.compactMap { names[$0]?.complaint }
      state.fault = FaultNotes.text(all) ?? state.fault
    }
    return state
  }

  private var condition: SourceState
  private var notes = FaultNotes()

  private var settings: DNSSettings
  private let resolver: DNSResolver
  private let loop: EventLoop
  private unowned let sink: any MeshSink
  private var random: Random
  private let kind: UInt8
  private var names: Slab<NameWatch>
  private var tokens: [DNSReference: Token] = [:]
  /// Names whose last question came to nothing.
  private var faults = 0

  /// - Parameters:
  ///   - kind: of its timers.
  ///   - sink: must outlive it.
  ///   - seed: of the times' jitter.
  public init(
    _ settings: DNSSettings, resolver: DNSResolver, on loop: EventLoop, kind: UInt8, sink: any MeshSink,
    seed: UInt64
  ) {
    self.settings = settings
    self.resolver = resolver
    self.loop = loop
    self.kind = kind
    self.sink = sink
    random = Random(seed: seed)
    names = Slab(kind: kind)
    condition = SourceState(.dns, since: loop.now)
  }

  /// From now on by these; answers that are known hold as they did.
  public func adopt(_ settings: DNSSettings) {
    self.settings = settings
    for token in tokens.values { names[token]?.schedule.adopt(settings) }
  }

  public func watch(_ references: Set<ServiceReference>) {
    var wanted: Set<DNSReference> = []
    for case .dns(let reference) in references { wanted.insert(reference) }
    for (reference, token) in tokens where !wanted.contains(reference) { forget(reference, token) }
    for reference in wanted where tokens[reference] == nil {
      let name = NameWatch(reference, DNSSchedule(settings, now: loop.now))
      let token = names.insert(name)
      tokens[reference] = token
      ask(name, token)
    }
    condition.references = tokens.count
    settleFaults()
  }

  /// Nothing is being asked for.
  var isQuiet: Bool { tokens.values.allSatisfy { names[$0]?.inquiry == nil } }

  public func stop() { for (reference, token) in tokens { forget(reference, token) } }

  private func forget(_ reference: DNSReference, _ token: Token) {
    tokens[reference] = nil
    guard let name = names.remove(token) else { return }
    loop.cancel(name.timer)
    name.inquiry?.cancel()
    name.inquiry = nil
    if name.fault != nil { faults -= 1 }
    if name.endpoints != nil { condition.answered -= 1 }
  }

  private func ask(_ name: NameWatch, _ token: Token) {
    name.schedule.asked()
    name.inquiry = NameInquiry(name.reference, resolver, known: name.hosts) { [weak self] finding in
      self?.found(finding, token)
    }
  }

  private func found(_ finding: NameInquiry.Finding, _ token: Token) {
    guard let name = names[token] else { return }
    name.inquiry = nil
    switch finding.endpoints {
    case .found(let endpoints, let lifetime):
      name.schedule.found(lifetime: lifetime, loop.now, &random)
      name.hosts = finding.hosts
      tell(endpoints, name)
    case .nothing(let lifetime):
      let isKnown = name.endpoints?.contains(where: \.address.isUnicast) ?? false
      if name.schedule.nothing(lifetime: lifetime, known: isKnown, loop.now, &random) == .takes {
        name.hosts = [:]
        tell(finding.refused, name)
      } else {
        recovered(name)
      }
    case .failed(let reason):
      name.schedule.failed(loop.now, &random)
      failed(reason, name)
    }
    name.timer = loop.schedule(at: name.schedule.next, token.raw)
  }

  private func tell(_ endpoints: [DiscoveredEndpoint], _ name: NameWatch) {
    let isNews = name.endpoints != endpoints
    if name.endpoints == nil { condition.answered += 1 }
    name.endpoints = endpoints
    recovered(name)
    guard isNews else { return }
    condition.changes += 1
    sink.found(endpoints, for: .dns(name.reference))
  }

  private func failed(_ reason: String, _ name: NameWatch) {
    if name.fault == nil { faults += 1 }
    name.fault = reason
    _ = condition.failed(reason, now: loop.now)
    guard notes.isNews(name.reference.name) else { return }
    Log.warning(
      name.endpoints == nil
        ? "a name cannot be resolved" : "a name cannot be resolved, what was known of it holds",
      ["name": .string(name.reference.name), "reason": .string(reason)])
  }

  private func recovered(_ name: NameWatch) {
    if name.fault != nil { faults -= 1 }
    name.fault = nil
    settleFaults()
  }

  /// All is well when no name is at fault any more.
  private func settleFaults() {
    guard faults == 0, condition.answered > 0 else { return }
    notes.clear()
    if condition.recovered(now: loop.now) { Log.info("all names can be resolved again") }
  }
}

extension DNSSource: EventHandler {
  public func ready(_ token: Token, _ readiness: Readiness) {}

  public func timerFired(_ payload: UInt64) {
    let token = Token(raw: payload)
    if let name = names[token], name.inquiry == nil { ask(name, token) }
  }

  public func woken() {}
  public func turnEnded() {}
}
