/// The numbers that make a public key, each in big-endian order.
enum KeyMaterial: Equatable {
  case rsa(modulus: [UInt8], exponent: [UInt8])
  /// 32 bytes each.
  case p256(x: [UInt8], y: [UInt8])
  /// 32 bytes.
  case ed25519([UInt8])
}
