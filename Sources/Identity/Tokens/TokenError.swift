/// Why a token is not taken, in the order in which it is looked at: what costs a signature's verification comes last.
public enum TokenError: UInt8, Error, CaseIterable, Sendable {
  case tooLong, malformed, badEncoding, badHeader, badClaims
  case unsupportedAlgorithm, criticalHeader, wrongType
  case missingIssuer, unknownIssuer, wrongAudience
  case missingExpiry, badTime, expired, notYetValid
  /// Nobody can tell yet: not the token's fault.
  case keysMissing
  case unknownKey, badSignature

  /// A short sentence: RFC 6750's `error_description`. ASCII without quotes and backslashes.
  public var reason: StaticString {
    switch self {
    case .tooLong: "token is too long"
    case .malformed: "token does not have three parts"
    case .badEncoding: "token is not in base64url"
    case .badHeader: "token header is malformed"
    case .badClaims: "token claims are malformed"
    case .unsupportedAlgorithm: "token algorithm is not RS256, ES256 or EdDSA"
    case .criticalHeader: "token has critical extensions"
    case .wrongType: "token is of another type"
    case .missingIssuer: "token names no issuer"
    case .unknownIssuer: "token is from an unknown issuer"
    case .wrongAudience: "token is for another audience"
    case .missingExpiry: "token has no expiry"
    case .badTime: "token has a time that is none"
    case .expired: "token has expired"
    case .notYetValid: "token is not valid yet"
    case .keysMissing: "keys of the token issuer are not there yet"
    case .unknownKey: "token is signed with an unknown key"
    case .badSignature: "token signature does not verify"
    }
  }
}
