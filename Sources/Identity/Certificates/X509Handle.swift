internal import COpenSSL

/// A certificate of libcrypto's, held while something of it is read.
@safe
struct X509Handle: ~Copyable {
  // SAFETY: the one reference, owned by this value and given back in `deinit`.
  let pointer: OpaquePointer

  @unsafe
  init(owning pointer: OpaquePointer) { unsafe self.pointer = pointer }

  deinit {
    // SAFETY: see `pointer`.
    unsafe X509_free(pointer)
  }

  /// All of `bytes` must be one certificate.
  static func read(der bytes: Span<UInt8>) throws(CertificateError) -> X509Handle {
    guard bytes.count <= CertificateDescription.maximumSize else { throw .tooLarge }
    CryptoLibrary.prepare()
    var used = 0
    // SAFETY: d2i_X509 reads at most `count` bytes of the borrowed span and moves `cursor` behind what it has read.
    let found = unsafe bytes.withUnsafeBufferPointer { buffer -> OpaquePointer? in
      guard let start = buffer.baseAddress else { return nil }
      var cursor: UnsafePointer<UInt8>? = unsafe start
      let found = unsafe d2i_X509(nil, &cursor, buffer.count)
      if let end = unsafe cursor { used = unsafe end - start }
      return unsafe found
    }
    guard let pointer = unsafe found else {
      ERR_clear_error()
      throw .notDER
    }
    let handle = unsafe X509Handle(owning: pointer)
    if used != bytes.count { throw .trailingBytes }
    return handle
  }
}
