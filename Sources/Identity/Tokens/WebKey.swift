internal import JSON

/// One key of a set (RFC 7517, section 4; RFC 7518, section 6; RFC 8037, section 2).
enum WebKey {
  static func read(_ node: JSONNode) throws(WebKeyProblem) -> TokenKey {
    guard node.isObject, let kind = node["kty"]?.string else { throw .noKind }
    if let use = node["use"], use != .string("sig") { throw .otherUse }
    if let operations = node["key_ops"] {
      guard operations.array?.contains(.string("verify")) ?? false else { throw .otherUse }
    }
    if let id = node["kid"], id.string == nil { throw .badID }
    let material = try material(kind, node)
    guard let key = TokenKey.make(material, id: node["kid"]?.string) else { throw .noKey }
    if let algorithm = node["alg"], algorithm != .string(key.algorithm.rawValue) { throw .otherAlgorithm }
    return key
  }

  private static func material(_ kind: String, _ node: JSONNode) throws(WebKeyProblem) -> KeyMaterial {
    switch kind {
    case "RSA":
      let modulus = try number("n", node)
      let exponent = try number("e", node)
      // RFC 7518, section 3.3; beyond, verifying takes more time than anybody should have to give.
      guard (256...1024).contains(modulus.count), modulus[0] >= 0x80 || modulus.count > 256 else {
        throw .size
      }
      guard exponent.count <= 8, exponent.last.map({ $0 & 1 == 1 }) ?? false, exponent != [1] else {
        throw .noKey
      }
      return .rsa(modulus: modulus, exponent: exponent)
    case "EC":
      guard node["crv"] == .string("P-256") else { throw .curve }
      return .p256(x: try coordinate("x", node), y: try coordinate("y", node))
    case "OKP":
      guard node["crv"] == .string("Ed25519") else { throw .curve }
      return .ed25519(try coordinate("x", node))
    // A secret in a set that is read to verify would let whoever reads it sign.
    case "oct": throw .symmetric
    default: throw .otherKind
    }
  }

  private static func bytes(_ name: String, _ node: JSONNode) throws(WebKeyProblem) -> [UInt8] {
    guard let text = node[name]?.string else { throw .missingNumber }
    let characters = Array(text.utf8)
    guard let bytes = Base64URL.decode(characters.span), !bytes.isEmpty else { throw .badNumber }
    return bytes
  }

  /// Without leading zeros.
  private static func number(_ name: String, _ node: JSONNode) throws(WebKeyProblem) -> [UInt8] {
    let digits = Array(try bytes(name, node).drop { $0 == 0 })
    if digits.isEmpty { throw .badNumber }
    return digits
  }

  /// Of a curve with 256 bits, written in full.
  private static func coordinate(_ name: String, _ node: JSONNode) throws(WebKeyProblem) -> [UInt8] {
    let bytes = try bytes(name, node)
    if bytes.count != 32 { throw .badNumber }
    return bytes
  }
}
