public import Reactor

extension WorkerMetrics {
  /// TLS with a client of a listener came to nothing. Of what was counted for a listener that is gone the sum over all
  /// listeners stays.
  public func add(failed reason: TLSFailure.Reason, listener: Int) {
    common.add(1, at: Self.firstHandshake &+ Int(reason.rawValue))
    if listener >= 0 { listenerFailures.add(1, row: listener, Int(reason.rawValue)) }
  }

  /// TLS with an endpoint of a service came to nothing. Of what was counted for a service that is gone the sum over all
  /// services stays.
  public func add(failed reason: TLSFailure.Reason, service: Int) {
    common.add(1, at: Self.firstHandshake &+ Self.handshakeStride &+ Int(reason.rawValue))
    if service >= 0 { secureFailures.add(1, row: service, Int(reason.rawValue)) }
  }
}
