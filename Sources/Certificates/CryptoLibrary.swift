internal import COpenSSL

/// libcrypto, made ready before its first use.
package enum CryptoLibrary {
  /// Any thread; what follows the first call costs a comparison.
  package static func prepare() { _ = isReady }

  private static let isReady = copenssl_prepare() == 1
}
