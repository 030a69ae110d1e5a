package import Client
package import Mesh
package import Primitives
package import Reactor
internal import Telemetry

/// Endpoints that are keys of etcd, below a prefix for each service (`EtcdEndpointValue`).
///
/// Everything is listed once and followed from there on, over one stream (`EtcdWatch`). The control loop's thread; it
/// takes one kind of tokens.
package final class EtcdSource: MeshSource {
  package var state: SourceState {
    var state = condition
    state.references = prefixes.count
    state.answered = watch.answered
    if state.isRefused { state.fault = FaultNotes.text(watch.refusals) ?? state.fault }
    // Changes would have been told.
    if state.fault == nil, watch.isCurrent { state.confirmed = loop.now }
    return state
  }

  private let loop: EventLoop
  private let sink: any MeshSink
  private var condition: SourceState
  private var prefixes: [EtcdReference: EtcdPrefix] = [:]
  private var watch: EtcdWatch!
  private var notes = FaultNotes()

  /// - Parameter kind: of its tokens on the loop.
  package convenience init(
    _ settings: EtcdSettings, client: HTTPClient, on loop: EventLoop, kind: UInt8, sink: any MeshSink,
    seed: UInt64
  ) {
    self.init(
      EtcdClient(settings, client: client, seed: seed), on: loop, kind: kind, sink: sink, seed: seed)
  }

  /// With a client that others use, too.
  package init(_ etcd: EtcdClient, on loop: EventLoop, kind: UInt8, sink: any MeshSink, seed: UInt64) {
    self.loop = loop
    self.sink = sink
    condition = SourceState(.etcd, since: loop.now)
    watch = EtcdWatch(
      etcd, on: loop, token: Token(kind: kind, slot: 0, generation: 1), owner: self, seed: seed)
  }

  package func watch(_ references: Set<ServiceReference>) {
    var wanted: Set<EtcdReference> = []
    for case .etcd(let reference) in references { wanted.insert(reference) }
    for (reference, prefix) in prefixes where !wanted.contains(reference) {
      watch.remove(prefix)
      prefixes[reference] = nil
    }
    for reference in wanted where prefixes[reference] == nil {
      let prefix = EtcdPrefix(reference.prefix) { [weak self] endpoints in self?.found(endpoints, reference) }
      prefixes[reference] = prefix
      watch.add(prefix)
    }
  }

  package func remark(on reference: ServiceReference) -> String? {
    guard case .etcd(let reference) = reference else { return nil }
    return prefixes[reference]?.remark
  }

  package func stop() { watch.stop() }

  private func found(_ endpoints: [DiscoveredEndpoint], _ reference: EtcdReference) {
    condition.changes += 1
    sink.found(endpoints, for: .etcd(reference))
  }
}

extension EtcdSource: EtcdWatchOwner {
  /// Each refusal is told; of several members that do not answer only the first.
  func watchFailed(_ reason: String, isRefusal: Bool) {
    // Until now changes would have been told.
    if condition.fault == nil, condition.confirmed != nil { condition.confirmed = loop.now }
    _ = condition.failed(reason, now: loop.now)
    condition.isRefused = isRefusal
    guard notes.isNews(isRefusal ? reason : "") else { return }
    let isKnown = watch.answered > 0
    let message: StaticString =
      switch (isRefusal, isKnown) {
      case (true, true): "etcd refuses what it is asked for, what is known goes on"
      case (true, false): "etcd refuses what it is asked for"
      case (false, true): "etcd does not answer as it should, what is known goes on"
      case (false, false): "etcd does not answer as it should"
      }
    Log.warning(message, ["reason": .string(reason)])
  }

  func watchSettled() {
    notes.clear()
    guard condition.recovered(now: loop.now) else { return }
    Log.info("etcd's endpoints are up to date again", ["prefixes": LogValue(prefixes.count)])
  }
}

extension EtcdSource: EventHandler {
  package func ready(_ token: Token, _ readiness: Readiness) { watch.wake() }
  package func timerFired(_ payload: UInt64) { watch.wake() }
  package func woken() {}
  package func turnEnded() {}
}
