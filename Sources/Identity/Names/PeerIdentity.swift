public import Certificates

/// Who the other side of a connection is, as its certificate says, which somebody has verified before.
///
/// Made once a connection. Immutable, so that any thread may read it.
public final class PeerIdentity: Sendable {
  public let certificate: CertificateDescription
  /// Only where the certificate is an X.509-SVID.
  public let spiffeID: SPIFFEID?
  /// In lower case.
  public let dnsNames: [String]
  /// What logs say: the SPIFFE ID, else the first DNS name, else the subject.
  public let name: String
  /// The same as bytes.
  public let nameBytes: [UInt8]
  /// What `X-Forwarded-Client-Cert` says of it.
  public let forwardedElement: [UInt8]

  /// - Parameter own: the URI in the certificate that the peer was shown, for that field's `By`; nil for none.
  public init(_ certificate: CertificateDescription, by own: String? = nil) {
    self.certificate = certificate
    spiffeID = certificate.spiffeID
    dnsNames = certificate.dnsNames.map { $0.lowercased() }
    name = spiffeID?.description ?? dnsNames.first ?? certificate.subject
    nameBytes = Array(name.utf8)
    forwardedElement = ForwardedClientCertificate.element(of: certificate, by: own)
  }

  /// Allocates nothing.
  public func matches(_ pattern: IdentityPattern) -> Bool {
    switch pattern {
    case .anyone: return true
    case .spiffe(let pattern):
      guard let spiffeID else { return false }
      return pattern.matches(spiffeID)
    case .dns(let pattern): return dnsNames.contains(where: pattern.matches)
    case .subject(let subject): return certificate.subject == subject
    }
  }
}
