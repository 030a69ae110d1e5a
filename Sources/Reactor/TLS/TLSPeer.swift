internal import COpenSSL
public import Certificates

/// The verified certificate of the other side, as it was at the handshake. Immutable; read once, and shared by the
/// connections of one worker on which it is shown.
@safe
public final class TLSPeer: Sendable {
  public let certificate: CertificateDescription
  // SAFETY: not changed once made; OpenSSL counts references atomically.
  nonisolated(unsafe) private let handle: X509Handle

  init(_ handle: consuming X509Handle) {
    certificate = CertificateDescription(handle)
    unsafe self.handle = handle
  }

  /// Makes the first certificate of a list the one that is held here, which is the same: of many connections on which it
  /// is shown each would keep its own otherwise, some 3 KB.
  @unsafe
  func replaceFirst(of list: OpaquePointer) {
    // SAFETY: the list takes over a reference, and gives back the one that it had.
    unsafe X509_up_ref(handle.pointer)
    unsafe X509_free(copenssl_certificates_replace_first(list, handle.pointer))
  }
}
