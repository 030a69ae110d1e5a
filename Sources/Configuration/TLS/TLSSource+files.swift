internal import Mesh

extension ListenerTLS.Source {
  /// What its context is made of.
  var files: [String] { certificates.flatMap(\.files) + (trust?.files ?? []) }
}

extension ServiceTLS.Source {
  /// What its context is made of.
  var files: [String] { (certificate?.files ?? []) + (trust?.files ?? []) }
}

extension CertificateFiles {
  fileprivate var files: [String] { [certificate, key] + (ocsp.map { [$0] } ?? []) }
}

extension TrustFiles {
  /// The system's authorities change with the system's packages, which nobody waits for.
  fileprivate var files: [String] { (authorities ?? []) + revocations }
}
