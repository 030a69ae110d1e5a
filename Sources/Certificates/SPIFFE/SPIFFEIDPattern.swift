/// SPIFFE IDs in which some segments are left open: `spiffe://prod/ns/*/sa/web`, `spiffe://prod/ns/shop/**`.
///
/// `*` stands for exactly one segment, `**` at the end for one or more. No star stands within a segment, and none for
/// a trust domain: who is trusted to name workloads is always said.
public struct SPIFFEIDPattern: Sendable, Hashable {
  /// The trust domain, which must be equal.
  private let trustDomain: String
  /// Nil: any.
  private let segments: [String?]
  /// Further segments may follow, one at least.
  private let isOpen: Bool

  /// A text without stars is a pattern that takes exactly that ID.
  public init(_ text: String) throws(SPIFFEIDPatternError) {
    // Stars are made letters for the check of everything else.
    guard let scheme = text.firstIndex(of: "*"), text.hasPrefix("spiffe://") else {
      let id = try Self.id(text)
      trustDomain = id.trustDomain
      segments = id.path.split(separator: "/").map(String.init)
      isOpen = false
      return
    }
    let domain = text.dropFirst(9).prefix { $0 != "/" }
    if scheme < domain.endIndex { throw .starInTrustDomain }
    var parts = text[domain.endIndex...].dropFirst().split(separator: "/", omittingEmptySubsequences: false)
    isOpen = parts.last == "**"
    if isOpen { parts.removeLast() }
    if parts.contains("**") { throw .doubleStarInside }
    if parts.contains(where: { $0 != "*" && $0.contains("*") }) { throw .starInSegment }
    let plain = parts.map { $0 == "*" ? "x" : String($0) }
    let id = try Self.id("spiffe://\(domain)" + plain.map { "/\($0)" }.joined())
    trustDomain = id.trustDomain
    segments = parts.map { $0 == "*" ? nil : String($0) }
  }

  private static func id(_ text: String) throws(SPIFFEIDPatternError) -> SPIFFEID {
    do throws(SPIFFEIDError) {
      return try SPIFFEID(text)
    } catch {
      throw .id(error)
    }
  }

  /// Allocates nothing.
  public func matches(_ id: SPIFFEID) -> Bool {
    guard id.trustDomain == trustDomain else { return false }
    let path = id.path.utf8
    var position = path.startIndex
    for segment in segments {
      guard position < path.endIndex else { return false }
      let start = path.index(after: position)
      let end = path[start...].firstIndex(of: 47) ?? path.endIndex
      if let segment, !path[start..<end].elementsEqual(segment.utf8) { return false }
      position = end
    }
    return (position == path.endIndex) != isOpen
  }
}

extension SPIFFEIDPattern: CustomStringConvertible {
  public var description: String {
    "spiffe://\(trustDomain)" + segments.map { "/\($0 ?? "*")" }.joined() + (isOpen ? "/**" : "")
  }
}
