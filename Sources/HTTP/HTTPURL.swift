/// An `http` or `https` URL that something can be asked of (RFC 9110, section 4.2): no user, no fragment.
public struct HTTPURL: Equatable, Hashable, Sendable {
  public let isSecure: Bool
  /// A name in lower case, or an address without brackets.
  public let host: String
  /// The scheme's own where the URL names none.
  public let port: UInt16
  /// Path and query, as they go on the wire.
  public let target: String

  public enum Fault: Error, Sendable, CaseIterable {
    case noScheme, otherScheme, user, noHost, invalidHost, invalidPort, fragment, invalidTarget

    /// Behind the URL, in a sentence.
    public var reason: StaticString {
      switch self {
      case .noScheme: "is no URL: it begins with neither https:// nor http://"
      case .otherScheme: "has a scheme that is neither https nor http"
      case .user: "names a user: credentials do not belong into a URL"
      case .noHost: "names no host"
      case .invalidHost: "has a host that is neither a name nor an address"
      case .invalidPort: "has a port that is no number from 1 to 65535"
      case .fragment: "has a fragment (#…), which no server ever sees"
      case .invalidTarget: "has a character that must be percent-encoded"
      }
    }
  }

  public init(_ text: String) throws(Fault) {
    guard let colon = text.firstRange(of: "://") else { throw .noScheme }
    switch text[..<colon.lowerBound].lowercased() {
    case "https": isSecure = true
    case "http": isSecure = false
    case "": throw .noScheme
    default: throw .otherScheme
    }
    let rest = text[colon.upperBound...]
    let end = rest.firstIndex { "/?#".contains($0) } ?? rest.endIndex
    (host, port) = try Self.authority(rest[..<end], standard: isSecure ? 443 : 80)
    let tail = rest[end...]
    if tail.contains("#") { throw .fragment }
    guard tail.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f && !Self.excluded.contains($0) }) else {
      throw .invalidTarget
    }
    target = tail.first == "/" ? String(tail) : "/" + tail
  }

  /// What RFC 3986 lets stand nowhere.
  private static let excluded = Array("\"<>\\^`{|}".utf8)

  private static func authority(_ text: Substring, standard: UInt16) throws(Fault) -> (String, UInt16) {
    if text.contains("@") { throw .user }
    var host = text
    var port = standard
    let isBracketed = text.hasPrefix("[")
    let behind =
      isBracketed ? text.firstIndex(of: "]").map { text.index(after: $0) } : text.firstIndex(of: ":")
    if isBracketed, behind == nil { throw .invalidHost }
    if let behind, behind < text.endIndex {
      guard text[behind] == ":" else { throw .invalidHost }
      let digits = text[behind...].dropFirst()
      guard !digits.isEmpty, digits.utf8.allSatisfy({ $0 >= 48 && $0 <= 57 }), let number = UInt16(digits),
        number > 0
      else { throw .invalidPort }
      port = number
      host = text[..<behind]
    }
    if isBracketed { host = host.dropFirst().dropLast() }
    if host.isEmpty { throw .noHost }
    guard host.utf8.count <= 253, host.utf8.allSatisfy({ isBracketed ? isOfAddress($0) : isOfName($0) })
    else {
      throw .invalidHost
    }
    return (host.lowercased(), port)
  }

  private static func isOfName(_ byte: UInt8) -> Bool {
    byte == 45 || byte == 46 || byte == 95 || byte >= 48 && byte <= 57
      || byte | 0x20 >= 97 && byte | 0x20 <= 122
  }

  private static func isOfAddress(_ byte: UInt8) -> Bool {
    byte == 58 || byte == 46 || byte >= 48 && byte <= 57 || byte | 0x20 >= 97 && byte | 0x20 <= 102
  }
}

extension HTTPURL: CustomStringConvertible {
  public var description: String {
    let name = host.contains(":") ? "[\(host)]" : host
    let place = port == (isSecure ? 443 : 80) ? name : "\(name):\(port)"
    return "\(isSecure ? "https" : "http")://\(place)\(target)"
  }
}
