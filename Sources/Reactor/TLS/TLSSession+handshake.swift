internal import COpenSSL
internal import Certificates

/// Its beginning, and what is wrong with it.
extension TLSSession {
  /// - Parameter fresh: bytes that were received behind what `moveKept` has put there; 0: none.
  func handshake(fresh: Int) -> Step {
    if !wire.refusedNames.isEmpty { wire.refusedNames = "" }
    // SAFETY: the session lives as long as this object.
    let code = withRecords(fresh: fresh) { failure == nil ? unsafe SSL_do_handshake(session) : -1 }
    if failure != nil { return .failed }
    if code == 1 { return complete() ? .complete : .failed }
    if unsafe SSL_get_error(session, code) == SSL_ERROR_WANT_READ { return .needsInput }
    fail()
    return .failed
  }

  private func complete() -> Bool {
    var peer: TLSPeer?
    if isPeerVerified, let certificate = unsafe SSL_get0_peer_certificate(session) {
      peer = unsafe wire.peers.peer(certificate)
      // A session that goes on is not verified again, but its certificate may have expired meanwhile.
      if unsafe X509_cmp_current_time(X509_get0_notAfter(certificate)) < 0 {
        failure = TLSFailure(.expired)
        if case .client(_, let store?) = role { store.forget() }
        return false
      }
    }
    if case .client(let context, _) = role, context.settings.protocols == [.h2] {
      var name: UnsafePointer<UInt8>?
      var count: UInt32 = 0
      unsafe SSL_get0_alpn_selected(session, &name, &count)
      if count == 0 {
        failure = TLSFailure(.noApplicationProtocol)
        return false
      }
    }
    var own: CertificateDescription?
    if case .server(let context) = role {
      own = unsafe context.certificate(SSL_get_certificate(session))?.description
    }
    details = unsafe TLSDetails(session, peer: peer, own: own)
    return true
  }

  /// Whether a certificate that the other side has shown was looked at.
  private var isPeerVerified: Bool {
    switch role {
    case .server: true
    case .client(let context, _): context.settings.trust != nil
    }
  }

  /// What the library's error queue says.
  func fail() {
    failure = unsafe TLSFailure.take(verification: SSL_get_verify_result(session))
    if case .client(_, let store?) = role, details == nil { store.forget() }
  }

  /// The connection's end, a timer, …: nothing more comes of it.
  func fail(_ reason: TLSFailure.Reason) { if failure == nil { failure = TLSFailure(reason) } }
}
