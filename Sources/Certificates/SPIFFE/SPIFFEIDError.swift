/// Why a text is no SPIFFE ID.
public enum SPIFFEIDError: UInt8, Error, CaseIterable, Sendable {
  case tooLong, wrongScheme, missingTrustDomain, trustDomainTooLong, badTrustDomain
  case emptySegment, relativeSegment, badSegment

  /// In words, to stand behind the text.
  public var reason: StaticString {
    switch self {
    case .tooLong: "is longer than 2048 bytes"
    case .wrongScheme: "does not begin with spiffe://"
    case .missingTrustDomain: "names no trust domain"
    case .trustDomainTooLong: "has a trust domain of more than 255 bytes"
    case .badTrustDomain: "has a trust domain with other characters than a-z, 0-9, `.`, `-` and `_`"
    case .emptySegment: "has an empty segment, or ends with a slash"
    case .relativeSegment: "has a segment `.` or `..`"
    case .badSegment: "has a segment with other characters than letters, digits, `.`, `-` and `_`"
    }
  }
}
