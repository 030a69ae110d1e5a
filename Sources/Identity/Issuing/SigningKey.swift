internal import COpenSSL
package import Certificates

/// A private key on the curve P-256, as X509-SVIDs want one that every TLS library of today takes.
///
/// Its text never appears but through `pem`.
@safe
package struct SigningKey: ~Copyable {
  // SAFETY: the one reference, owned by this value and given back in `deinit`.
  let pointer: OpaquePointer

  /// A new one. Traps where the system has no randomness to give.
  package init() {
    CryptoLibrary.prepare()
    unsafe pointer = copenssl_new_p256_key()!
  }

  /// The first private key of a PEM file that needs no passphrase.
  package init(pem bytes: Span<UInt8>) throws(CertificateError) {
    guard bytes.count <= CertificateDescription.maximumSize else { throw .tooLarge }
    let input = MemoryBIO(bytes)
    // SAFETY: the BIO lives through the call. The callback refuses: nobody is asked for a passphrase.
    let found = unsafe PEM_read_bio_PrivateKey(input.pointer, nil, { _, _, _, _ in -1 }, nil)
    guard let found = unsafe found else {
      ERR_clear_error()
      throw .noKey
    }
    unsafe pointer = found
  }

  deinit {
    // SAFETY: see `pointer`.
    unsafe EVP_PKEY_free(pointer)
  }

  /// PKCS #8 without encryption: the key itself, for a file that only its owner may read.
  package var pem: String {
    let output = MemoryBIO()
    // SAFETY: writes the key to a local BIO; no cipher, so no passphrase.
    _ = unsafe PEM_write_bio_PKCS8PrivateKey(output.pointer, pointer, nil, nil, 0, nil, nil)
    return output.takeText()
  }
}
