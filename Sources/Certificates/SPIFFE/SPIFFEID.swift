/// A workload's name, `spiffe://trust-domain/path` (SPIFFE-ID, section 2).
///
/// Every value is well-formed: a trust domain of at most 255 bytes, `a-z 0-9 . - _`; a path of segments of
/// `A-Z a-z 0-9 . - _`, none of them empty, `.` or `..`; at most 2048 bytes in all. Two names are the same where
/// their bytes are.
public struct SPIFFEID: Sendable, Hashable {
  public static var maximumLength: Int { 2048 }
  public static var maximumTrustDomainLength: Int { 255 }

  public let trustDomain: String
  /// Empty for the trust domain itself, else it begins with a slash.
  public let path: String

  public init(_ text: String) throws(SPIFFEIDError) {
    guard text.utf8.count <= Self.maximumLength else { throw .tooLong }
    let prefix = "spiffe://"
    guard text.hasPrefix(prefix) else { throw .wrongScheme }
    let rest = text.dropFirst(prefix.count)
    let domain = rest.prefix { $0 != "/" }
    try Self.check(trustDomain: domain)
    let path = rest.dropFirst(domain.count)
    if !path.isEmpty {
      for segment in path.dropFirst().split(separator: "/", omittingEmptySubsequences: false) {
        try Self.check(segment: segment)
      }
    }
    trustDomain = String(domain)
    self.path = String(path)
  }

  /// SPIFFE-ID, section 2.1.
  static func check(trustDomain: Substring) throws(SPIFFEIDError) {
    if trustDomain.isEmpty { throw .missingTrustDomain }
    if trustDomain.utf8.count > maximumTrustDomainLength { throw .trustDomainTooLong }
    let isValid = trustDomain.utf8.allSatisfy { byte in
      switch byte {
      case 97...122, 48...57, 45, 46, 95: true
      default: false
      }
    }
    if !isValid { throw .badTrustDomain }
  }

  /// SPIFFE-ID, section 2.2.
  static func check(segment: Substring) throws(SPIFFEIDError) {
    if segment.isEmpty { throw .emptySegment }
    if segment == "." || segment == ".." { throw .relativeSegment }
    let isValid = segment.utf8.allSatisfy { byte in
      switch byte {
      case 97...122, 65...90, 48...57, 45, 46, 95: true
      default: false
      }
    }
    if !isValid { throw .badSegment }
  }
}

extension SPIFFEID: CustomStringConvertible {
  public var description: String { "spiffe://\(trustDomain)\(path)" }
}
