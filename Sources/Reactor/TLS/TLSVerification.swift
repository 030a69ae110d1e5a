internal import COpenSSL

/// How the other side's certificates are verified, and what is kept of them.
enum TLSVerification {
  /// A context names its authorities to clients only where they are so few that they help to choose a certificate.
  private static let mostAuthorities = 32

  @unsafe
  static func announce(_ trust: TLSTrust, in context: OpaquePointer) {
    guard trust.authorities.count <= mostAuthorities else { return }
    // SAFETY: the list is the store's certificates, with references of their own until it is freed.
    guard let all = unsafe X509_STORE_get1_all_certs(trust.store) else { return }
    let count = unsafe copenssl_certificates_count(all)
    for index in 0..<count {
      unsafe _ = SSL_CTX_add_client_CA(context, copenssl_certificate_at(all, index))
    }
    unsafe copenssl_certificates_free(all)
  }

  /// Verifies a chain, and that its leaf has one of `names`, where there are any. Of the chain only the leaf stays: each
  /// further certificate would be kept by the connection for as long as it lives.
  @unsafe
  static func run(_ store: OpaquePointer?, _ names: [PeerName]) -> Int32 {
    guard let store = unsafe store else { return 0 }
    guard unsafe X509_verify_cert(store) == 1 else { return 0 }
    if !names.isEmpty, let leaf = unsafe X509_STORE_CTX_get0_cert(store),
      unsafe !PeerName.isAny(of: names, in: leaf)
    {
      unsafe X509_STORE_CTX_set_error(store, X509_V_ERR_HOSTNAME_MISMATCH)
      return 0
    }
    // SAFETY: the list is the session's own; what is taken out of it belongs to nobody else.
    if let received = unsafe X509_STORE_CTX_get0_untrusted(store) {
      while unsafe copenssl_certificates_count(received) > 1 {
        unsafe X509_free(copenssl_certificates_pop(received))
      }
    }
    unsafe X509_STORE_CTX_set0_verified_chain(store, nil)
    return 1
  }
}
