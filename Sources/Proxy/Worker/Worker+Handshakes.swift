internal import Mesh
internal import Primitives
internal import Reactor
internal import Telemetry

/// Clients' handshakes under way, and what is told of those that fail.
extension Worker {
  /// Makes room for another one. Beyond the bound the oldest one ends: a client that means it has long come through,
  /// so whoever opens connections and says nothing keeps nobody out.
  func admitHandshake() {
    while handshakes.count >= snapshot.settings.handshakes, let oldest = handshakeOrder.popFirst() {
      handshakes[oldest]?.abandon(.crowdedOut)
    }
    // Most of them are over long before they are the oldest.
    while let oldest = handshakeOrder.first, handshakes[oldest] == nil { _ = handshakeOrder.popFirst() }
  }

  func retire(_ handshake: DownstreamHandshake) {
    retiredHandshakes.append(handshake)
    handshakes.remove(handshake.token)
  }

  /// A client's TLS has failed: counted each time, and logged as far as `tlsNotes` has it.
  func noteFailure(_ failure: TLSFailure, of peer: SocketAddress, at door: Door) {
    metrics.add(failed: failure.reason, listener: door.index)
    let subject = TLSFailureSubject(reason: failure.reason, isUpstream: false, name: door.name)
    guard let held = tlsNotes.admit(subject, of: peer.with(port: 0).hashValue, now: loop.now) else { return }
    Log.warning(
      "TLS with a client failed",
      [
        "reason": LogValue(failure.reason.name), "details": LogValue(failure.text),
        "shown": LogValue(unlessEmpty: loop.tlsWire.refusedNames), "peer": LogValue(peer),
        "listener": .string(door.name), "more": LogValue(unlessZero: held),
      ])
  }

  /// The same of an endpoint, for each service and reason; `/services` has the last one of each endpoint.
  func noteFailure(_ failure: TLSFailure, of endpoint: Endpoint, in service: Service) {
    metrics.add(failed: failure.reason, service: service.index)
    let isName = failure.reason == .wrongName
    let problem = TLSProblem(
      failure, wanted: isName ? PeerName.text(of: service.tls?.source.names ?? []) : "",
      shown: loop.tlsWire.refusedNames, time: loop.now)
    endpoint.state.tlsFailed(problem)
    let subject = TLSFailureSubject(reason: failure.reason, isUpstream: true, name: service.name)
    guard let held = tlsNotes.admit(subject, of: endpoint.index, now: loop.now) else { return }
    Log.warning(
      "TLS with an endpoint failed",
      [
        "reason": LogValue(failure.reason.name), "details": LogValue(failure.text),
        "wanted": LogValue(unlessEmpty: problem.wanted), "shown": LogValue(unlessEmpty: problem.shown),
        "endpoint": .string(endpoint.text), "service": .string(service.name),
        "more": LogValue(unlessZero: held),
      ])
  }

  /// A client speaks TLS where plain HTTP is spoken.
  func noteTLSOnPlainListener(_ peer: SocketAddress, _ door: Door) {
    metrics.add(.tlsOnPlainListener)
    guard let held = tlsOnPlainNotes.admit(door.name, of: peer.with(port: 0).hashValue, now: loop.now) else {
      return
    }
    Log.warning(
      "a client speaks TLS to a listener that has none",
      ["peer": LogValue(peer), "listener": .string(door.name), "more": LogValue(unlessZero: held)])
  }
}
