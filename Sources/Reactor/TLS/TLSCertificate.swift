internal import COpenSSL
public import Certificates

/// A certificate with its chain and its private key: who this side is. Immutable; any thread.
@safe
public final class TLSCertificate: Sendable {
  // SAFETY: immutable once made; OpenSSL counts references to them atomically.
  nonisolated(unsafe) let leaf: OpaquePointer
  nonisolated(unsafe) let chain: OpaquePointer
  nonisolated(unsafe) let key: OpaquePointer
  /// For clients that ask for one; nil: none.
  public let response: StapledResponse?
  public let description: CertificateDescription

  /// - Parameters:
  ///   - chain: PEM, the leaf first.
  ///   - key: PEM, not encrypted.
  ///   - response: of OCSP, in DER; nil: none.
  /// - Throws: what is wrong with them.
  public init(chain pem: [UInt8], key: [UInt8], response: [UInt8]? = nil) throws(TLSContextError) {
    var all = try unsafe CertificateList.read(pem)
    // SAFETY: what was read belongs to us until it is handed on below.
    let first = unsafe all.removeFirst()
    let rest = unsafe copenssl_certificates_new()!
    unsafe all.forEach { unsafe _ = copenssl_certificates_push(rest, $0) }
    unsafe leaf = first
    unsafe chain = rest
    description = CertificateDescription(unsafe X509Handle(sharing: first))
    let read: OpaquePointer?
    do throws(TLSContextError) {
      self.response = try response.map { der throws(TLSContextError) in
        try unsafe StapledResponse(der, of: first, chain: rest)
      }
      unsafe read = try Self.readKey(key)
    } catch {
      unsafe X509_free(first)
      unsafe copenssl_certificates_free(rest)
      throw error
    }
    unsafe self.key = read!
    if unsafe X509_check_private_key(first, self.key) != 1 {
      ERR_clear_error()
      throw .keyDoesNotMatch
    }
  }

  deinit {
    unsafe X509_free(leaf)
    unsafe copenssl_certificates_free(chain)
    unsafe EVP_PKEY_free(key)
  }

  private static func readKey(_ pem: [UInt8]) throws(TLSContextError) -> OpaquePointer {
    var wasAsked = false
    // SAFETY: the callback gets the address of a variable that outlives the call.
    let key = try unsafe PEM.withBIO(pem) { (bio) throws(TLSContextError) -> OpaquePointer in
      let found = unsafe withUnsafeMutablePointer(to: &wasAsked) { asked in
        unsafe PEM_read_bio_PrivateKey(
          bio, nil,
          { _, _, _, asked in
            unsafe asked?.assumingMemoryBound(to: Bool.self).pointee = true
            return -1
          }, asked)
      }
      if let found = unsafe found { return unsafe found }
      ERR_clear_error()
      throw wasAsked ? .keyIsEncrypted : PEM.namesKey(pem) ? .malformedKey : .noKey
    }
    guard let key = unsafe key else { throw .library() }
    return unsafe key
  }

  /// Makes it the context's. Several of different kinds of keys may be there.
  func use(in context: OpaquePointer) throws(TLSContextError) {
    // SAFETY: the context takes references of its own.
    guard unsafe SSL_CTX_use_certificate(context, leaf) == 1,
      unsafe SSL_CTX_use_PrivateKey(context, key) == 1,
      unsafe copenssl_set_chain(context, chain) == 1
    else { throw .library() }
  }

  /// RSA, EC, …: a context holds one certificate of each.
  var keyKind: Int32 { unsafe EVP_PKEY_get_id(key) }
}
