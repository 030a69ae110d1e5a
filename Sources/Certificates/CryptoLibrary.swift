internal import COpenSSL

/// libcrypto, made ready before its first use, with those of its algorithms that are used here and no others.
package enum CryptoLibrary {
  /// Any thread; what follows the first call costs a comparison.
  package static func prepare() { precondition(isReady, "libcrypto cannot start") }

  private static let isReady = copenssl_prepare() == 1 && copenssl_load_provider() == 1
}
