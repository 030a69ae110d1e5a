package import Certificates

/// A small certificate authority of one trust domain, for trying mutual TLS and for tests.
///
/// No revocation, no intermediate, keys in plain files: production has SPIRE, cert-manager, a mesh's control plane.
package struct CertificateAuthority: ~Copyable {
  /// A certificate with its private key, in PEM.
  package struct Issued: Sendable {
    package let certificate: String
    package let key: String
  }

  package let trustDomain: String
  private let certificate: X509Handle
  private let key: SigningKey

  /// The certificate's text and, once, the key's.
  package var issued: Issued { Issued(certificate: certificate.pem, key: key.pem) }

  /// A new one, which signs itself. Its name is the trust domain's own (X509-SVID, section 3.1).
  /// - Parameter id: a trust domain without a path.
  package init(_ id: SPIFFEID, validity: Validity) throws(IssuingError) {
    guard id.path.isEmpty else { throw .authorityWithPath }
    let template = CertificateTemplate(
      organization: Self.short(id.trustDomain), commonName: "Apus local authority", validity: validity,
      uri: id.description, isAuthority: true)
    let key = SigningKey()
    guard let made = unsafe X509Handle.sign(template, for: key, issuer: nil, by: key) else { throw .refused }
    trustDomain = id.trustDomain
    certificate = made
    self.key = key
  }

  /// A workload's X.509-SVID with a key of its own.
  ///
  /// - Parameters:
  ///   - id: of this trust domain, with a path.
  ///   - dnsNames: by which clients that know nothing of SPIFFE check a server.
  package func issue(_ id: SPIFFEID, dnsNames: [String] = [], validity: Validity) throws(IssuingError)
    -> Issued
  {
    guard id.trustDomain == trustDomain else { throw .otherTrustDomain }
    guard let name = id.path.split(separator: "/").last else { throw .workloadWithoutPath }
    guard dnsNames.allSatisfy(DNSNamePattern.isName) else { throw .badDNSName }
    let template = CertificateTemplate(
      organization: Self.short(trustDomain), commonName: Self.short(String(name)), validity: validity,
      uri: id.description, dnsNames: dnsNames)
    let own = SigningKey()
    // SAFETY: the authority's certificate lives as long as this value.
    let made = unsafe X509Handle.sign(template, for: own, issuer: certificate.pointer, by: key)
    guard let made else { throw .refused }
    return Issued(certificate: made.pem, key: own.pem)
  }

  /// RFC 5280, appendix A.1: names of people and organizations have at most 64 characters.
  private static func short(_ text: String) -> String { String(text.prefix(64)) }
}
