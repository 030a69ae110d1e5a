internal import COpenSSL

/// The verified certificate of the other side, as it was at the handshake. Immutable; read once, and shared by the
/// connections of one worker on which it is shown.
public final class TLSPeer: Sendable {
  /// The leaf in DER.
  public let certificate: [UInt8]
  public let description: CertificateDescription

  /// Who it is, in one word: its first URI (of a SPIFFE id there is only one), else its subject.
  public var identity: String { description.uris.first ?? description.subject }

  /// - Parameter certificate: an X509 that outlives the call, and its DER.
  @unsafe
  init(_ certificate: OpaquePointer, der: [UInt8]) {
    // SAFETY: what is read is copied.
    unsafe description = CertificateDescription(certificate)
    self.certificate = der
  }
}
