internal import COpenSSL

enum Digest {
  /// SHA-256 of all parts, each behind its length.
  static func sha256(_ parts: [[UInt8]]) -> [UInt8] {
    var all: [UInt8] = []
    for part in parts {
      // SAFETY: eight bytes of a number.
      unsafe withUnsafeBytes(of: UInt64(part.count)) { unsafe all.append(contentsOf: $0) }
      all += part
    }
    var result = [UInt8](repeating: 0, count: 32)
    // SAFETY: 32 bytes are written, and the array's own are read.
    unsafe _ = SHA256(all, all.count, &result)
    return result
  }
}
