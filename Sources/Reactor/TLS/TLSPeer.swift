internal import COpenSSL

/// The verified certificate of the other side, as it was at the handshake. Immutable; read once, and shared by the
/// connections of one worker on which it is shown.
@safe
public final class TLSPeer: Sendable {
  /// The leaf in DER.
  public let certificate: [UInt8]
  public let description: CertificateDescription
  // SAFETY: a reference of this object's own, given back with it; OpenSSL counts references atomically.
  nonisolated(unsafe) private let handle: OpaquePointer

  /// Who it is, in one word: its first URI (of a SPIFFE id there is only one), else its subject.
  public var identity: String { description.uris.first ?? description.subject }

  /// - Parameter certificate: an X509, and its DER.
  @unsafe
  init(_ certificate: OpaquePointer, der: [UInt8]) {
    // SAFETY: what is read is copied.
    unsafe description = CertificateDescription(certificate)
    self.certificate = der
    unsafe X509_up_ref(certificate)
    unsafe handle = certificate
  }

  deinit { unsafe X509_free(handle) }

  /// Makes the first certificate of a list the one that is held here, which is the same: of many connections on which it
  /// is shown each would keep its own otherwise, some 3 KB.
  @unsafe
  func replaceFirst(of list: OpaquePointer) {
    // SAFETY: the list takes over a reference, and gives back the one that it had.
    unsafe X509_up_ref(handle)
    unsafe X509_free(copenssl_certificates_replace_first(list, handle))
  }
}
