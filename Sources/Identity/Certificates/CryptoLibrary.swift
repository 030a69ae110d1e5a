internal import COpenSSL

/// libcrypto, made ready before its first use.
enum CryptoLibrary {
  /// Any thread; what follows the first call costs a comparison.
  static func prepare() { _ = isReady }

  private static let isReady = copenssl_prepare() == 1
}
