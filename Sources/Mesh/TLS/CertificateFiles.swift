/// Where a certificate and its private key are.
public struct CertificateFiles: Sendable, Hashable {
  /// PEM, the leaf first, then its chain.
  public var certificate: String
  /// PEM.
  public var key: String
  /// An OCSP response in DER that is stapled; nil: none.
  public var ocsp: String?

  public init(certificate: String, key: String, ocsp: String? = nil) {
    self.certificate = certificate
    self.key = key
    self.ocsp = ocsp
  }
}
