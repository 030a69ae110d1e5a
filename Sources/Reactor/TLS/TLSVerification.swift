internal import COpenSSL
internal import Certificates

/// How the other side's certificates are verified, and what is kept of them.
enum TLSVerification {
  /// A context names its authorities to clients only where they are so few that they help to choose a certificate.
  private static let mostAuthorities = 32

  @unsafe
  static func announce(_ trust: TLSTrust, in context: OpaquePointer) {
    guard trust.bundles.reduce(0, { $0 + $1.count }) <= mostAuthorities else { return }
    // SAFETY: the list is the store's certificates, with references of their own until it is freed.
    guard let all = unsafe X509_STORE_get1_all_certs(trust.store) else { return }
    let count = unsafe copenssl_certificates_count(all)
    for index in 0..<count {
      unsafe _ = SSL_CTX_add_client_CA(context, copenssl_certificate_at(all, index))
    }
    unsafe copenssl_certificates_free(all)
  }

  /// Verifies a chain, and that its leaf has one of `names`, where there are any. What is kept of it would be kept by the
  /// connection for as long as it lives.
  /// - Parameter verified: chains that need not be verified again.
  @unsafe
  static func run(_ store: OpaquePointer?, _ names: [PeerName], _ verified: TLSVerifiedChains) -> Int32 {
    guard let store = unsafe store else { return 0 }
    let now = Clock.wall() / 1_000_000_000
    let digest = unsafe self.digest(of: X509_STORE_CTX_get0_untrusted(store))
    if verified.contains(digest, now: now) {
      unsafe X509_STORE_CTX_set_error(store, X509_V_OK)
    } else {
      guard unsafe X509_verify_cert(store) == 1 else {
        unsafe tellNames(store)
        return 0
      }
      if !names.isEmpty, let leaf = unsafe X509_STORE_CTX_get0_cert(store),
        unsafe !PeerName.isAny(of: names, in: leaf)
      {
        unsafe tellNames(store)
        unsafe X509_STORE_CTX_set_error(store, X509_V_ERR_HOSTNAME_MISMATCH)
        return 0
      }
      unsafe verified.add(digest, until: end(of: X509_STORE_CTX_get0_chain(store)), now: now)
    }
    unsafe keepLeaf(of: store)
    return 1
  }

  /// Who a certificate that is refused says it is for, and by whom, where nobody here knows that.
  @unsafe
  private static func tellNames(_ store: OpaquePointer) {
    guard let leaf = unsafe X509_STORE_CTX_get0_cert(store) else { return }
    let certificate = CertificateDescription(unsafe X509Handle(sharing: leaf))
    let reason = TLSFailure.Reason(verification: unsafe X509_STORE_CTX_get_error(store))
    unsafe TLSSession.verifying(store)?.wire.refusedNames = PeerName.text(
      of: certificate, withIssuer: reason == .unknownAuthority)
  }

  /// Takes whatever is shown.
  @unsafe
  static func skip(_ store: OpaquePointer?) -> Int32 {
    guard let store = unsafe store else { return 0 }
    unsafe X509_STORE_CTX_set_error(store, X509_V_OK)
    unsafe keepLeaf(of: store)
    return 1
  }

  /// Of the chain only the leaf stays, and that once for all connections on which it is shown.
  @unsafe
  private static func keepLeaf(of store: OpaquePointer) {
    // SAFETY: the list is the session's own; what is taken out of it belongs to nobody else.
    if let received = unsafe X509_STORE_CTX_get0_untrusted(store) {
      while unsafe copenssl_certificates_count(received) > 1 {
        unsafe X509_free(copenssl_certificates_pop(received))
      }
      if let leaf = unsafe copenssl_certificate_at(received, 0) {
        unsafe TLSSession.verifying(store)?.wire.peers.peer(leaf).replaceFirst(of: received)
      }
    }
    unsafe X509_STORE_CTX_set0_verified_chain(store, nil)
  }

  /// Of all certificates that the other side has sent, the leaf first.
  @unsafe
  private static func digest(of received: OpaquePointer?) -> [UInt8] {
    var all: [[UInt8]] = []
    let count = unsafe copenssl_certificates_count(received)
    for index in 0..<max(0, count) {
      if let one = unsafe copenssl_certificate_at(received, index) {
        all.append(unsafe X509Handle(sharing: one).der)
      }
    }
    return Digest.sha256(all)
  }

  /// When the first certificate of a chain expires.
  @unsafe
  private static func end(of chain: OpaquePointer?) -> Int64 {
    var end = Int64.max
    let count = unsafe copenssl_certificates_count(chain)
    for index in 0..<max(0, count) {
      if let one = unsafe copenssl_certificate_at(chain, index) {
        end = min(end, unsafe X509Handle(sharing: one).notAfter)
      }
    }
    return end
  }
}
