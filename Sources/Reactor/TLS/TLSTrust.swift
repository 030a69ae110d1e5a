internal import COpenSSL
public import Certificates

/// Whose certificates are believed, and which of them are revoked. Immutable; any thread.
@safe
public final class TLSTrust: Sendable {
  // SAFETY: not changed once made; OpenSSL counts references and locks its cache.
  nonisolated(unsafe) let store: OpaquePointer
  /// What tells this trust from another: sessions made under another are not resumed.
  let fingerprint: [UInt8]
  /// The authorities, by the bundle in which they stand; empty for the system's.
  public let bundles: [[CertificateDescription]]
  /// Of the first CRL of each file to be overdue: no certificate is good then.
  public let revocations: [ValidityPeriod]

  /// Where distributions keep the list of authorities that browsers trust.
  public static let systemFiles = [
    "/etc/ssl/certs/ca-certificates.crt", "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
    "/etc/ssl/ca-bundle.pem", "/etc/pki/tls/cacert.pem", "/etc/ssl/cert.pem",
  ]

  /// - Parameters:
  ///   - bundles: PEM, any number of authorities each. An intermediate one is trusted by itself.
  ///   - revocations: CRLs in PEM. Where there are any, every authority in a chain needs one.
  /// - Throws: what is wrong with them.
  public init(bundles: [[UInt8]], revocations: [[UInt8]] = [], describes: Bool = true)
    throws(TLSContextError)
  {
    TLSLibrary.start()
    guard let fresh = unsafe X509_STORE_new() else { throw .library() }
    unsafe store = fresh
    fingerprint = Digest.sha256(bundles + [[UInt8(revocations.count)]] + revocations)
    var found: [[CertificateDescription]] = []
    var periods: [ValidityPeriod] = []
    let fault = unsafe Self.fill(
      fresh, bundles, revocations, describes ? { found.append($0) } : nil, { periods.append($0) })
    self.bundles = found
    self.revocations = periods
    var flags = UInt(X509_V_FLAG_PARTIAL_CHAIN)
    if !revocations.isEmpty { flags |= UInt(X509_V_FLAG_CRL_CHECK | X509_V_FLAG_CRL_CHECK_ALL) }
    unsafe _ = X509_STORE_set_flags(fresh, flags)
    if let fault { throw fault }
  }

  deinit { unsafe X509_STORE_free(store) }

  private static func fill(
    _ store: OpaquePointer, _ bundles: [[UInt8]], _ revocations: [[UInt8]],
    _ note: (([CertificateDescription]) -> Void)?, _ noteEnd: (ValidityPeriod) -> Void
  ) -> TLSContextError? {
    do throws(TLSContextError) {
      for pem in bundles {
        // SAFETY: the store takes references of its own.
        let all = try unsafe CertificateList.read(pem)
        if let note { note(unsafe all.map { CertificateDescription(unsafe X509Handle(sharing: $0)) }) }
        unsafe all.forEach { one in
          unsafe _ = X509_STORE_add_cert(store, one)
          unsafe X509_free(one)
        }
      }
      for pem in revocations {
        let all = try unsafe CertificateList.readRevocations(pem)
        let periods = unsafe all.map { unsafe X509Handle.revocationsPeriod($0) }
        if let first = periods.min(by: { $0.end < $1.end }) { noteEnd(first) }
        unsafe all.forEach { one in
          unsafe _ = X509_STORE_add_crl(store, one)
          unsafe X509_CRL_free(one)
        }
      }
    } catch {
      return error
    }
    // What is there twice is no error.
    ERR_clear_error()
    return nil
  }
}
