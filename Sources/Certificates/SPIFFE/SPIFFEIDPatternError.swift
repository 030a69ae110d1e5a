/// Why a text is no pattern of SPIFFE IDs.
public enum SPIFFEIDPatternError: Error, Equatable, Sendable {
  case starInTrustDomain, starInSegment, doubleStarInside
  /// It would not be, whatever its stars stand for.
  case id(SPIFFEIDError)

  /// In words, to stand behind the text.
  public var reason: StaticString {
    switch self {
    case .starInTrustDomain: "leaves the trust domain open: name it"
    case .starInSegment: "has a star within a segment: `*` stands for a whole one"
    case .doubleStarInside: "has `**` before its end: it stands for all that follows"
    case .id(let error): error.reason
    }
  }
}
