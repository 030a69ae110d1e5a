public import Client
internal import HTTP
public import Mesh
public import Primitives
public import Reactor
internal import Telemetry

/// Endpoints of Services of a Kubernetes cluster, by list and watch: a namespace at a time, and only those that are
/// asked for. The control loop's thread.
///
/// Its timers must reach it through an `EventDispatcher` under `kind`.
public final class KubernetesSource: MeshSource {
  public private(set) var state: SourceState

  private let access: KubernetesAccess
  private let client: HTTPClient
  private let loop: EventLoop
  private unowned let sink: any MeshSink
  private var random: Random
  private var namespaces: [String: KubernetesNamespace] = [:]
  private var watches: Slab<KubernetesWatch>
  private var notes = FaultNotes()
  /// Why there are no endpoints, as it was found last.
  private var remarks: [KubernetesReference: String] = [:]

  public init(
    _ settings: KubernetesSettings, client: HTTPClient, on loop: EventLoop, kind: UInt8,
    sink: any MeshSink, seed: UInt64
  ) {
    self.client = client
    self.loop = loop
    self.sink = sink
    access = KubernetesAccess(settings)
    random = Random(seed: seed)
    watches = Slab(kind: kind)
    state = SourceState(.kubernetes, since: loop.now)
  }

  public func watch(_ references: Set<ServiceReference>) {
    var wanted: [String: Set<KubernetesReference>] = [:]
    for case .kubernetes(let reference) in references {
      wanted[namespace(of: reference), default: []].insert(reference)
    }
    for (name, namespace) in namespaces where wanted[name] == nil {
      namespace.stop()
      watches.remove(namespace.services.token)
      watches.remove(namespace.endpoints.token)
      namespaces[name] = nil
    }
    for (name, references) in wanted {
      let namespace = namespaces[name] ?? begin(name)
      namespaces[name] = namespace
      namespace.watch(references)
    }
    state.references = wanted.values.reduce(0) { $0 + $1.count }
    remarks = remarks.filter { wanted[namespace(of: $0.key)]?.contains($0.key) == true }
    note()
  }

  public func remark(on reference: ServiceReference) -> String? {
    guard case .kubernetes(let reference) = reference else { return nil }
    guard let told = namespaces[namespace(of: reference)]?.told[reference] else { return nil }
    if told.isMissing, let pod = reference.pod, let remark = told.remark {
      let ours =
        self.remark(on: .kubernetes(pod)) ?? "the pod \(pod.hostname ?? "") of \(pod.service) here is meant"
      return "\(remark); \(ours)"
    }
    return told.remark ?? told.external.map { "the Service is an ExternalName: DNS is asked for \($0.name)" }
  }

  public func stop() {
    for namespace in namespaces.values { namespace.stop() }
    for watch in watches.all { watches.remove(watch.token) }
    namespaces = [:]
  }

  /// Our own where the reference says none.
  private func namespace(of reference: KubernetesReference) -> String {
    reference.namespace.isEmpty ? access.settings.namespace : reference.namespace
  }

  private func whole(_ reference: KubernetesReference) -> KubernetesReference {
    var whole = reference
    whole.namespace = namespace(of: reference)
    return whole
  }

  private func begin(_ name: String) -> KubernetesNamespace {
    KubernetesNamespace(
      name, services: makeWatch(.services, name), endpoints: makeWatch(.endpointSlices, name),
      zone: access.settings.zone,
      tell: { [unowned self] in found($1, for: $0) }, turned: { [unowned self] in turned($0) })
  }

  private func makeWatch(_ resource: KubernetesResource, _ name: String) -> KubernetesWatch {
    let watch = KubernetesWatch(
      KubernetesQuery(resource: resource, namespace: name), access: access, client: client, on: loop,
      seed: random.next())
    watch.token = watches.insert(watch)
    return watch
  }

  // MARK: What namespaces tell

  private func found(_ resolution: KubernetesResolution, for reference: KubernetesReference) {
    state.changes += 1
    if resolution.isMissing, let pod = reference.pod {
      return sink.delegated(.kubernetes(reference), to: .kubernetes(pod))
    }
    let former = remarks[reference]
    remarks[reference] = resolution.remark
    // The first one is told with the service that has no endpoints.
    if let remark = resolution.remark, let former, former != remark {
      Log.warning(
        "Kubernetes still knows no endpoints, for another reason",
        ["service": .string(whole(reference).description), "reason": .string(remark)])
    }
    if let external = resolution.external {
      sink.delegated(.kubernetes(reference), to: .dns(external))
    } else {
      sink.found(resolution.endpoints, for: .kubernetes(reference))
    }
  }

  /// - Parameter fault: what has just failed; nil: nothing.
  private func turned(_ fault: String?) {
    if let fault { _ = state.failed(fault, now: loop.now) }
    note()
    guard let fault, notes.isNews(state.isRefused ? fault : "") else { return }
    let isKnown = state.answered > 0
    Log.warning(
      isKnown ? "Kubernetes cannot be asked, what is known holds" : "Kubernetes cannot be asked",
      ["server": .string(access.settings.server.description), "reason": .string(fault)])
  }

  /// All is well where nothing is wrong and everything has been answered.
  private func note() {
    state.answered = namespaces.values.reduce(0) { $0 + $1.told.count }
    let atFault = namespaces.values.filter { $0.fault != nil }
    if let fault = FaultNotes.text(atFault.compactMap(\.fault)) {
      if state.fault != nil { state.fault = fault }
      state.isRefused = atFault.allSatisfy(\.isRefused)
    } else if state.answered == state.references, state.recovered(now: loop.now) {
      notes.clear()
      Log.info(
        "Kubernetes answers again", ["server": .string(access.settings.server.description)])
    }
  }
}

extension KubernetesSource: EventHandler {
  public func ready(_ token: Token, _ readiness: Readiness) {}
  public func timerFired(_ payload: UInt64) { watches[Token(raw: payload)]?.wake() }
  public func woken() {}
  public func turnEnded() {}
}
