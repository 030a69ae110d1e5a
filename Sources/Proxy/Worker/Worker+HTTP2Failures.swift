internal import HTTP
internal import Mesh
internal import Primitives
internal import Reactor
internal import Telemetry

/// What is told of HTTP/2 connections that we end for what their peers have sent, or have not: each breach of a rule counts,
/// and for each listener or service and rule at most one line in ten seconds is logged of each of a few peers, so that no attack
/// fills the log, and none hides another.
extension Worker {
  func noteFailure(_ error: HTTP2ConnectionError, of peer: SocketAddress, at door: Door) {
    metrics.add(refused: error, upstream: false)
    let subject = HTTP2FailureSubject(error: error, isUpstream: false, name: door.name)
    guard let held = http2Notes.admit(subject, of: peer.with(port: 0).hashValue, now: loop.now) else {
      return
    }
    Log.warning(
      "HTTP/2 connection of a client ended",
      [
        "rule": .string(error.rule), "details": LogValue(error.text), "peer": LogValue(peer),
        "listener": .string(door.name), "more": LogValue(unlessZero: held),
      ])
  }

  func noteFailure(_ error: HTTP2ConnectionError, of endpoint: Endpoint, in service: Service) {
    metrics.add(refused: error, upstream: true)
    let subject = HTTP2FailureSubject(error: error, isUpstream: true, name: service.name)
    guard let held = http2Notes.admit(subject, of: endpoint.index, now: loop.now) else { return }
    Log.warning(
      "HTTP/2 connection to an endpoint ended",
      [
        "rule": .string(error.rule), "details": LogValue(error.text), "endpoint": .string(endpoint.text),
        "service": .string(service.name), "more": LogValue(unlessZero: held),
      ])
  }

  /// An endpoint has answered a request of HTTP/1.1 as a server of HTTP/2.
  func noteHTTP2(from endpoint: Endpoint, of service: Service) {
    guard let held = versionNotes.admit(service.name, of: endpoint.index, now: loop.now) else { return }
    Log.warning(
      "endpoint speaks HTTP/2, not HTTP/1.1: its service should say `protocol: h2`",
      [
        "endpoint": .string(endpoint.text), "service": .string(service.name),
        "more": LogValue(unlessZero: held),
      ])
  }

  /// An endpoint that was asked by a PING has not said anything in time.
  func noteSilence(of endpoint: Endpoint, in service: Service) {
    guard let held = silenceNotes.admit(service.name, of: endpoint.index, now: loop.now) else { return }
    Log.warning(
      "HTTP/2 connection to an endpoint given up: PING not answered",
      [
        "endpoint": .string(endpoint.text), "service": .string(service.name),
        "more": LogValue(unlessZero: held),
      ])
  }
}
