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

  /// A client's TLS has failed: counted each time, logged at most once in ten seconds for each listener and reason.
  func noteFailure(_ failure: TLSFailure, of peer: SocketAddress, at door: Door) {
    metrics.add(failed: failure.reason, upstream: false)
    let subject = TLSFailureSubject(reason: failure.reason, isUpstream: false, name: door.name)
    guard let held = tlsNotes.admit(subject, now: loop.now) else { return }
    Log.warning(
      "TLS with a client failed",
      [
        "reason": .string("\(failure.reason.name)"), "details": .string("\(failure.text)"),
        "peer": LogValue(peer), "listener": .string(door.name), "more": LogValue(unlessZero: held),
      ])
  }

  /// The same of an endpoint, for each service and reason.
  func noteFailure(_ failure: TLSFailure, of endpoint: Endpoint, in service: Service) {
    metrics.add(failed: failure.reason, upstream: true)
    let subject = TLSFailureSubject(reason: failure.reason, isUpstream: true, name: service.name)
    guard let held = tlsNotes.admit(subject, now: loop.now) else { return }
    let (wanted, shown) = names(failure, service)
    Log.warning(
      "TLS with an endpoint failed",
      [
        "reason": .string("\(failure.reason.name)"), "details": .string("\(failure.text)"),
        "wanted": wanted, "shown": shown, "endpoint": .string(endpoint.text),
        "service": .string(service.name),
        "more": LogValue(unlessZero: held),
      ])
  }

  /// Which names were wanted, and which the endpoint's certificate has, where that is what is wrong.
  private func names(_ failure: TLSFailure, _ service: Service) -> (wanted: LogValue, shown: LogValue) {
    guard failure.reason == .wrongName, let tls = service.tls else { return (.absent, .absent) }
    let shown = loop.tlsWire.refusedNames
    return (.string(PeerName.text(of: tls.source.names)), shown.isEmpty ? .absent : .string(shown))
  }

  /// A client speaks TLS where plain HTTP is spoken.
  func noteTLSOnPlainListener(_ peer: SocketAddress, _ door: Door) {
    metrics.add(.tlsOnPlainListener)
    guard let held = tlsOnPlainNotes.admit(door.name, now: loop.now) else { return }
    Log.warning(
      "a client speaks TLS to a listener that has none",
      ["peer": LogValue(peer), "listener": .string(door.name), "more": LogValue(unlessZero: held)])
  }
}
