/// Why a key of a set is of no use.
enum WebKeyProblem: UInt8, Error, CaseIterable {
  case noKind, otherKind, symmetric, otherUse, otherAlgorithm, badID, curve, size, missingNumber, badNumber,
    noKey

  var reason: StaticString {
    switch self {
    case .noKind: "it is no object with a text `kty`"
    case .otherKind: "`kty` is none of RSA, EC and OKP"
    case .symmetric: "`oct` is a shared secret: whoever verifies with it can sign, too"
    case .otherUse: "`use` or `key_ops` says that it is not for verifying"
    case .otherAlgorithm: "`alg` is another than the one that is for such a key (RS256, ES256, EdDSA)"
    case .badID: "`kid` is no text"
    case .curve: "`crv` is neither P-256 (EC) nor Ed25519 (OKP)"
    case .size: "an RSA key has 2048 to 8192 bits"
    case .missingNumber: "one of its numbers is missing (`n` and `e`, `x` and `y`, `x`)"
    case .badNumber: "one of its numbers is not in base64url, or has the wrong length"
    case .noKey: "its numbers make no key"
    }
  }
}
