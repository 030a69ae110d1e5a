internal import HTTP
internal import Mesh
internal import Policy
internal import Primitives
internal import Reactor
internal import Telemetry

/// The request's body against the least rate (`limits.bodyRate`): a client that dribbles holds a connection to the
/// endpoint and a place under the limits.
extension Exchange {
  /// When the client has kept us waiting for too long.
  var bodyDeadline: MonotonicTime { bodyRate.deadline(worker.bodyRate) }

  /// Only while there is room is it the client that is waited for.
  func noteWaitForBody() {
    let waits =
      switch attemptPhase {
      // Who has asked whether to go on is waiting itself.
      case .queued, .connecting, .active, .backingOff:
        requestPhase == .body && requestRoom > 0 && hasBodyRate && !request.expectsContinue
      case .none, .tunnel: false
      }
    if waits { bodyRate.wait(worker.loop.now) } else { bodyRate.pause(worker.loop.now) }
  }

  /// An HTTP/2 stream without a length may be one side of a conversation (gRPC), in which silence is no fault:
  /// `exchangeIdle` bounds it.
  private var hasBodyRate: Bool {
    if case .length = request.framing { true } else { request.version < .http2 }
  }
}
