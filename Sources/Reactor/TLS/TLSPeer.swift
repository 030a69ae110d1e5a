internal import COpenSSL

/// The verified certificate of the other side, as it was at the handshake. Immutable; read once a connection.
public final class TLSPeer: Sendable {
  /// The leaf in DER.
  public let certificate: [UInt8]
  public let description: CertificateDescription

  /// Who it is, in one word: its first URI (of a SPIFFE id there is only one), else its subject.
  public var identity: String { description.uris.first ?? description.subject }

  /// - Parameter certificate: an X509 that outlives the call.
  @unsafe
  init(_ certificate: OpaquePointer) {
    unsafe description = CertificateDescription(certificate)
    let count = unsafe i2d_X509(certificate, nil)
    // SAFETY: the library writes the `count` bytes that it has announced.
    unsafe self.certificate = Array(unsafeUninitializedCapacity: max(0, Int(count))) { buffer, used in
      var target = buffer.baseAddress
      used = unsafe max(0, Int(i2d_X509(certificate, &target)))
    }
  }
}
