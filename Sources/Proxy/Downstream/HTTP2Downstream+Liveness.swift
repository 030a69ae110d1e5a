internal import HTTP
internal import Policy
internal import Primitives
internal import Reactor
internal import Telemetry

/// Whether the client is still there while it waits for answers: a host that has vanished ends no connection.
extension HTTP2Downstream {
  /// When `isAlive` has something to do next. Without requests under way the idle timeout ends the connection.
  var nextLivenessCheck: MonotonicTime {
    active == 0 ? .distantFuture : health.next(door.pingInterval, door.pingTimeout)
  }

  /// Asks the client where that is due. False: it was asked, and nothing has come in time.
  func isAlive(_ now: MonotonicTime) -> Bool {
    if active == 0 { return true }
    // Our question would stand behind what it has to read first: how long that may take is for `exchangeIdle`.
    if link.transport.queued > 0 { health.heard(now) }
    switch health.check(now, every: door.pingInterval, within: door.pingTimeout) {
    case .nothing: return true
    case .ping:
      session.ping()
      schedule()
      return true
    case .dead: return false
    }
  }

  /// Its first request is under way.
  func becameActive() {
    let next = nextLivenessCheck
    if next != .distantFuture { timer.ensure(by: next, token, on: worker.loop) }
  }

  func givenUp() { lost(.downstreamLeft, details: "client did not answer a PING within pingTimeout") }
}
