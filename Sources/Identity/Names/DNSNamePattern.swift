/// A DNS name, or all that have one label more than the rest of it (RFC 6125, section 6.4.3). Case does not count.
public struct DNSNamePattern: Sendable, Hashable {
  /// In lower case, without the star and its dot.
  private let name: String
  private let isWildcard: Bool

  /// `client.example` or `*.example`; nil for anything else.
  public init?(_ text: String) {
    let lower = text.lowercased()
    isWildcard = lower.hasPrefix("*.")
    name = isWildcard ? String(lower.dropFirst(2)) : lower
    if !Self.isName(name) { return nil }
  }

  /// Letters, digits, hyphens and underscores in labels of 1 to 63 bytes, 253 in all.
  package static func isName(_ text: String) -> Bool {
    !text.isEmpty && text.utf8.count <= 253
      && text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { label in
        (1...63).contains(label.utf8.count) && label.first != "-" && label.last != "-"
          && label.utf8.allSatisfy { byte in
            switch byte {
            case 97...122, 65...90, 48...57, 45, 95: true
            default: false
            }
          }
      }
  }

  /// - Parameter candidate: in lower case, as in `PeerIdentity.dnsNames`. A wildcard in a certificate names nobody.
  func matches(_ candidate: String) -> Bool {
    guard isWildcard else { return candidate == name }
    let bytes = candidate.utf8
    guard let dot = bytes.firstIndex(of: 46), dot > bytes.startIndex, bytes.first != 42 else { return false }
    return bytes[bytes.index(after: dot)...].elementsEqual(name.utf8)
  }
}

extension DNSNamePattern: CustomStringConvertible {
  public var description: String { isWildcard ? "*.\(name)" : name }
}
