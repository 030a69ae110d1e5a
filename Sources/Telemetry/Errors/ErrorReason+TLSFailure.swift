public import Reactor

extension ErrorReason {
  /// Why a TLS connection to an endpoint failed. The failure's own `text` says more precisely what was wrong.
  public init(_ failure: TLSFailure) {
    if failure.concernsCertificate {
      self = .tlsCertificateError
      return
    }
    switch failure.reason {
    case .peerAlert: self = .tlsAlertReceived
    case .timedOut: self = .connectTimeout
    default: self = .tlsProtocolError
    }
  }
}
