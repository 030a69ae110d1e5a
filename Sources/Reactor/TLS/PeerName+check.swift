internal import COpenSSL
internal import Certificates

extension PeerName {
  /// Whether a certificate has one of these names.
  /// - Parameter certificate: an X509 that outlives the call.
  @unsafe
  static func isAny(of names: [PeerName], in certificate: OpaquePointer) -> Bool {
    for name in names {
      switch name {
      case .dns(let host):
        // No wildcard within a label, and none for several (RFC 6125, section 6.4.3); no fallback to the subject.
        let flags =
          UInt32(X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS) | UInt32(X509_CHECK_FLAG_NEVER_CHECK_SUBJECT)
        // SAFETY: the texts outlive the calls.
        if unsafe X509_check_host(certificate, host, host.utf8.count, flags, nil) == 1 { return true }
      case .ip(let bytes):
        if unsafe X509_check_ip(certificate, bytes, bytes.count, 0) == 1 { return true }
      case .spiffe(let pattern):
        if let id = unsafe describe(certificate).spiffeID, pattern.matches(id) { return true }
      case .uri(let uri):
        if unsafe describe(certificate).uris.contains(uri) { return true }
      }
    }
    return false
  }

  @unsafe
  private static func describe(_ certificate: OpaquePointer) -> CertificateDescription {
    CertificateDescription(unsafe X509Handle(sharing: certificate))
  }
}
