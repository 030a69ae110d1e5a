internal import COpenSSL
internal import Certificates

/// OpenSSL, begun on first use: a proxy without TLS never touches it.
public enum TLSLibrary {
  /// Of the library that this binary holds: `OpenSSL 3.0.17 1 Jul 2025`.
  // SAFETY: a static text of the library's.
  public static var version: String { unsafe String(cString: OpenSSL_version(OPENSSL_VERSION)) }

  static let isReady: Bool = copenssl_start() == 1

  static func start() {
    CryptoLibrary.prepare()
    precondition(isReady, "OpenSSL cannot start")
  }

  /// Suites of TLS 1.3. AES-128 first: as strong as anybody needs, and the cheapest.
  static let suites = "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256"
  /// Of TLS 1.2: forward secret and authenticated only (RFC 9325, section 4.2; RFC 9113, section 9.2.2).
  static let ciphers = """
    ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:\
    ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305
    """
  static let groups = "X25519:P-256:P-384"

  /// A context with what holds for servers and clients alike.
  /// - Throws: `.library` where memory has run out.
  static func makeContext(server: Bool, least version: TLSVersion) throws(TLSContextError) -> OpaquePointer {
    start()
    // SAFETY: the fresh context belongs to the caller; the texts outlive the calls.
    guard let context = unsafe SSL_CTX_new(server ? TLS_server_method() : TLS_client_method()) else {
      throw TLSContextError.library()
    }
    unsafe copenssl_set_basics(context)
    unsafe SSL_CTX_set_cipher_list(context, ciphers)
    unsafe SSL_CTX_set_ciphersuites(context, suites)
    unsafe _ = copenssl_set_groups(context, groups)
    unsafe _ = copenssl_set_least_version(context, version.number)
    unsafe _ = copenssl_set_greatest_version(context, TLSVersion.v13.number)
    return unsafe context
  }
}
