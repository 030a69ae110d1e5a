/// What a new certificate is to say.
struct CertificateTemplate {
  var organization: String
  var commonName: String
  var validity: Validity
  var uri: String
  var dnsNames: [String] = []
  var isAuthority = false

  /// What `openssl x509 -text` shows as X509v3 extensions, in OpenSSL's words. An authority signs certificates and
  /// nothing else; a workload's certificate serves both ends of a connection (X509-SVID, section 4).
  var extensions: [(kind: CertificateExtension, value: String)] {
    let names = (["URI:\(uri)"] + dnsNames.map { "DNS:\($0)" }).joined(separator: ",")
    let common: [(CertificateExtension, String)] = [
      (.subjectKeyIdentifier, "hash"), (.authorityKeyIdentifier, "keyid"), (.subjectAlternativeName, names),
    ]
    if isAuthority {
      return [(.basicConstraints, "critical,CA:TRUE,pathlen:0"), (.keyUsage, "critical,keyCertSign,cRLSign")]
        + common
    }
    return [
      (.basicConstraints, "critical,CA:FALSE"), (.keyUsage, "critical,digitalSignature"),
      (.extendedKeyUsage, "serverAuth,clientAuth"),
    ] + common
  }
}

/// The extensions that our certificates have (RFC 5280, section 4.2.1).
enum CertificateExtension {
  case basicConstraints, keyUsage, extendedKeyUsage
  case subjectKeyIdentifier, authorityKeyIdentifier, subjectAlternativeName
}
