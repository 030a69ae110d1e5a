internal import JSON

/// A token in compact form (RFC 7515, section 7.1) that has been taken apart and not been verified.
struct UnverifiedToken {
  /// Bytes of a token. Those with long lists of groups have some thousands.
  static let maximumSize = 16 << 10

  let algorithm: TokenAlgorithm
  let keyID: String?
  let claims: JSONNode
  /// What is signed: so many bytes from the beginning.
  let signedCount: Int
  let signature: [UInt8]

  init(_ bytes: Span<UInt8>) throws(TokenError) {
    guard bytes.count <= Self.maximumSize else { throw .tooLong }
    var dots: [Int] = []
    for index in 0..<bytes.count where bytes[index] == UInt8(ascii: ".") {
      dots.append(index)
      if dots.count > 2 { throw .malformed }
    }
    guard dots.count == 2 else { throw .malformed }
    guard let header = Base64URL.decode(bytes.extracting(0..<dots[0])),
      let payload = Base64URL.decode(bytes.extracting((dots[0] + 1)..<dots[1])),
      let signature = Base64URL.decode(bytes.extracting((dots[1] + 1)..<bytes.count))
    else { throw .badEncoding }
    (algorithm, keyID) = try Self.header(header)
    guard let claims = try? JSONParser.parse(payload.span, limit: Self.maximumSize), claims.isObject else {
      throw .badClaims
    }
    self.claims = claims
    self.signature = signature
    signedCount = dots[1]
  }

  /// Keys and addresses of keys in a header are its sender's word, and are not looked at (RFC 8725, section 3.10).
  private static func header(_ bytes: [UInt8]) throws(TokenError) -> (TokenAlgorithm, String?) {
    guard let header = try? JSONParser.parse(bytes.span, limit: maximumSize), header.isObject,
      let name = header["alg"]?.string
    else { throw .badHeader }
    guard let algorithm = TokenAlgorithm(rawValue: name) else { throw .unsupportedAlgorithm }
    // None is understood here (RFC 7515, section 4.1.11).
    if header["crit"] != nil { throw .criticalHeader }
    if let type = header["typ"] {
      // A token made for another purpose must not pass for one of access (RFC 8725, section 3.11; RFC 9068).
      let known = ["jwt", "application/jwt", "at+jwt", "application/at+jwt"]
      guard let type = type.string?.lowercased() else { throw .badHeader }
      guard known.contains(type) else { throw .wrongType }
    }
    guard let id = header["kid"] else { return (algorithm, nil) }
    guard let id = id.string else { throw .badHeader }
    return (algorithm, id)
  }
}
