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
    let position = unsafe Self.position(of: self.key, first, rest)
    ERR_clear_error()
    switch position {
    case 1: break
    case nil: throw .keyDoesNotMatch
    case .some(let position): throw .keyIsOfAnother(position: position)
    }
  }

  /// To which certificate of the file the key belongs, counted from 1.
  @unsafe
  private static func position(of key: OpaquePointer, _ leaf: OpaquePointer, _ chain: OpaquePointer) -> Int? {
    if unsafe X509_check_private_key(leaf, key) == 1 { return 1 }
    for index in 0..<(unsafe copenssl_certificates_count(chain))
    where unsafe X509_check_private_key(copenssl_certificate_at(chain, index), key) == 1 {
      return Int(index) + 2
    }
    return nil
  }

  /// The first certificate of the chain that has not signed the one before it, counted from 1, the leaf; nil: all have.
  public var firstStranger: Int? {
    var subject = unsafe leaf
    for index in 0..<(unsafe copenssl_certificates_count(chain)) {
      guard let issuer = unsafe copenssl_certificate_at(chain, index) else { continue }
      if unsafe X509_check_issued(issuer, subject) != X509_V_OK { return Int(index) + 2 }
      unsafe subject = issuer
    }
    return nil
  }

  /// By its key usage and extended key usage (RFC 5280, section 4.2.1.12).
  public var isForServers: Bool { unsafe X509_check_purpose(leaf, X509_PURPOSE_SSL_SERVER, 0) == 1 }
  public var isForClients: Bool { unsafe X509_check_purpose(leaf, X509_PURPOSE_SSL_CLIENT, 0) == 1 }

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
