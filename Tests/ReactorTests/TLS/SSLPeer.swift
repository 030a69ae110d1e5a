import COpenSSL
import Certificates

@testable import Reactor

/// What the library knows of the other side.
enum SSLPeer {
  @unsafe
  static func subject(of session: TLSSession) -> String? {
    unsafe SSL_get0_peer_certificate(session.session).map {
      CertificateDescription(unsafe X509Handle(sharing: $0)).subject
    }
  }

  /// Where the library holds it.
  static func place(of session: TLSSession) -> UInt {
    unsafe UInt(bitPattern: SSL_get0_peer_certificate(session.session))
  }

  /// Asks for new keys, and for an answer to that.
  static func updateKeys(_ session: TLSSession) {
    unsafe _ = SSL_key_update(session.session, Int32(SSL_KEY_UPDATE_REQUESTED))
    unsafe _ = SSL_do_handshake(session.session)
  }
}
