/// JOSE writes a signature as its two numbers side by side (RFC 7518, section 3.4), X.509 and libcrypto as a sequence
/// of two integers in DER (RFC 3279, section 2.2.3).
enum ECDSASignature {
  /// - Parameter raw: 64 bytes; nil for any other count.
  static func encode(_ raw: [UInt8]) -> [UInt8]? {
    guard raw.count == 64 else { return nil }
    let content = integer(raw[..<32]) + integer(raw[32...])
    return [0x30, UInt8(content.count)] + content
  }

  /// Without leading zeros, but for one where the first bit would make it negative.
  private static func integer(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
    var digits = Array(bytes.drop { $0 == 0 })
    if digits.isEmpty || digits[0] >= 0x80 { digits.insert(0, at: 0) }
    return [0x02, UInt8(digits.count)] + digits
  }
}
