internal import COpenSSL

/// Certificates and CRLs in PEM.
enum CertificateList {
  /// At least one certificate; each belongs to the caller.
  static func read(_ pem: [UInt8]) throws(TLSContextError) -> [OpaquePointer] {
    var found: [OpaquePointer] = unsafe []
    // SAFETY: each certificate is the caller's to free, or freed here.
    unsafe _ = PEM.withBIO(pem) { bio in
      while let one = unsafe PEM_read_bio_X509(bio, nil, nil, nil) { unsafe found.append(one) }
    }
    let isEnd = PEM.wasEnd()
    if isEnd, unsafe !found.isEmpty { return unsafe found }
    unsafe found.forEach { unsafe X509_free($0) }
    throw isEnd ? .noCertificate : .malformedCertificate
  }

  /// At least one CRL; each belongs to the caller.
  static func readRevocations(_ pem: [UInt8]) throws(TLSContextError) -> [OpaquePointer] {
    var found: [OpaquePointer] = unsafe []
    unsafe _ = PEM.withBIO(pem) { bio in
      while let one = unsafe PEM_read_bio_X509_CRL(bio, nil, nil, nil) { unsafe found.append(one) }
    }
    let isEnd = PEM.wasEnd()
    if isEnd, unsafe !found.isEmpty { return unsafe found }
    unsafe found.forEach { unsafe X509_CRL_free($0) }
    throw isEnd ? .noRevocationList : .malformedRevocationList
  }
}
