internal import HTTP
internal import Mesh
internal import Policy
internal import Primitives
internal import Reactor

/// Whether the endpoint is still there: a host that has vanished ends no connection.
extension HTTP2Upstream {
  /// When `isAlive` has something to do next.
  var nextLivenessCheck: MonotonicTime {
    health.next(pool.service.http2.pingInterval, pool.service.http2.pingTimeout)
  }

  /// Asks the endpoint where that is due. False: it was asked, and nothing has come in time.
  func isAlive(_ now: MonotonicTime) -> Bool {
    switch health.check(now, every: pool.service.http2.pingInterval, within: pool.service.http2.pingTimeout) {
    case .nothing: return true
    case .ping: ask()
    case .dead: return false
    }
    return true
  }

  /// An exchange here has timed out. If nothing at all has come since `start`, the endpoint is asked whether it is
  /// there, and gets nothing new on this connection until it says something.
  func waitedInVain(from start: MonotonicTime) {
    guard phase == .open || phase == .retiring,
      case .ping = health.waitedInVain(from: start, worker.loop.now)
    else { return }
    ask()
    timer.ensure(by: nextLivenessCheck, token, on: worker.loop)
  }

  private func ask() {
    session.ping()
    schedule()
  }

  func givenUp() {
    worker.noteSilence(of: pool.endpoint, in: pool.service)
    lost(reset: true, details: "endpoint did not answer a PING within pingTimeout")
  }

  /// Nothing new was begun here while the endpoint had to be taken for gone.
  func pongReceived() { pool.serveWaiting(on: self) }
}
