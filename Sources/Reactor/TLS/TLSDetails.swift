internal import COpenSSL
public import Certificates

/// What a handshake has agreed upon. Immutable; one for each connection.
public final class TLSDetails: Sendable {
  public let version: TLSVersion
  /// As OpenSSL names it.
  public let cipher: StaticString
  /// What the client has asked for (SNI); empty: nothing.
  public let serverName: String
  /// Nil where one side knows no ALPN.
  public let applicationProtocol: ApplicationProtocol?
  /// An earlier session went on.
  public let isResumed: Bool
  /// The other side's verified certificate; nil where it has shown none, or where nobody asks.
  public let peer: TLSPeer?
  /// What the server's own certificate says that was shown to the client; nil on a client's side.
  public let own: CertificateDescription?

  /// - Parameter session: an SSL object whose handshake is complete.
  @unsafe
  init(_ session: OpaquePointer, peer: TLSPeer?, own: CertificateDescription?) {
    // SAFETY: what is read here is copied.
    unsafe version = SSL_version(session) == TLSVersion.v12.number ? .v12 : .v13
    unsafe cipher = Self.name(of: SSL_CIPHER_get_protocol_id(SSL_get_current_cipher(session)))
    unsafe serverName =
      SSL_get_servername(session, TLSEXT_NAMETYPE_host_name).map { unsafe String(cString: $0) } ?? ""
    var start: UnsafePointer<UInt8>?
    var count: UInt32 = 0
    unsafe SSL_get0_alpn_selected(session, &start, &count)
    // Both names are told apart by their length.
    applicationProtocol = count == 2 ? .h2 : count == 8 ? .http11 : nil
    unsafe isResumed = SSL_session_reused(session) == 1
    self.peer = peer
    self.own = own
  }

  private static func name(of suite: UInt16) -> StaticString {
    switch suite {
    case 0x1301: "TLS_AES_128_GCM_SHA256"
    case 0x1302: "TLS_AES_256_GCM_SHA384"
    case 0x1303: "TLS_CHACHA20_POLY1305_SHA256"
    case 0xC02B: "ECDHE-ECDSA-AES128-GCM-SHA256"
    case 0xC02F: "ECDHE-RSA-AES128-GCM-SHA256"
    case 0xC02C: "ECDHE-ECDSA-AES256-GCM-SHA384"
    case 0xC030: "ECDHE-RSA-AES256-GCM-SHA384"
    case 0xCCA9: "ECDHE-ECDSA-CHACHA20-POLY1305"
    case 0xCCA8: "ECDHE-RSA-CHACHA20-POLY1305"
    default: "other"
    }
  }
}
