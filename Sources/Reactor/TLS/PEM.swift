internal import COpenSSL

/// Reads what stands in PEM (RFC 7468) in memory.
enum PEM {
  /// Calls `body` with a BIO over `bytes`, which are not copied.
  static func withBIO<R, E: Error>(_ bytes: [UInt8], _ body: (OpaquePointer) throws(E) -> R) throws(E) -> R? {
    TLSLibrary.start()
    // SAFETY: the BIO lives within the closure, and reads within the array.
    let result = unsafe bytes.withUnsafeBytes { raw -> Result<R, E>? in
      guard let bio = unsafe BIO_new_mem_buf(raw.baseAddress, Int32(clamping: raw.count)) else { return nil }
      defer { unsafe _ = BIO_free(bio) }
      do throws(E) { return .success(try unsafe body(bio)) } catch { return .failure(error) }
    }
    return try result?.get()
  }

  /// Whether there is a block of some kind of private key, whatever it holds.
  static func namesKey(_ bytes: [UInt8]) -> Bool {
    let mark = Array("PRIVATE KEY-----".utf8)
    return bytes.indices.contains { bytes[$0] == mark[0] && bytes[$0...].starts(with: mark) }
  }

  /// Whether the last read ended since there was no further block, and not for an error. Leaves the queue empty.
  static func wasEnd() -> Bool {
    let code = ERR_peek_last_error()
    ERR_clear_error()
    return code == 0 || Int32(truncatingIfNeeded: code & 0x7F_FFFF) == PEM_R_NO_START_LINE
  }
}
