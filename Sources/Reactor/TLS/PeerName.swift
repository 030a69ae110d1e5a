/// A subject alternative name that the other side's certificate has to have.
public enum PeerName: Sendable, Equatable, CustomStringConvertible {
  /// A host name; the certificate's may begin with `*.`.
  case dns(String)
  /// 4 or 16 bytes.
  case ip([UInt8])
  /// A URI such as a SPIFFE id, literally but that a segment of its path may be `*`: exactly one, whichever. `**` as
  /// the last segment is one or more.
  case uri(String)

  /// Whether one of the certificate's URIs is meant.
  static func matches(uri pattern: String, _ uri: String) -> Bool {
    let wanted = pattern.split(separator: "/", omittingEmptySubsequences: false)
    let found = uri.split(separator: "/", omittingEmptySubsequences: false)
    // Scheme and trust domain are literal.
    for (index, part) in wanted.enumerated() {
      if part == "**", index == wanted.count - 1, index > 2 {
        return found.count > index && found[index...].allSatisfy { !$0.isEmpty }
      }
      guard index < found.count else { return false }
      if part == "*", index > 2 {
        if found[index].isEmpty { return false }
      } else if part != found[index] {
        return false
      }
    }
    return wanted.count == found.count
  }

  public var description: String {
    switch self {
    case .dns(let name): "dns:\(name)"
    case .uri(let uri): "uri:\(uri)"
    case .ip(let bytes): "ip:" + Self.text(ofAddress: bytes)
    }
  }

  /// An address as it is written.
  /// - Parameter bytes: 4 or 16.
  package static func text(ofAddress bytes: [UInt8]) -> String {
    if bytes.count == 4 { return bytes.map(String.init).joined(separator: ".") }
    return stride(from: 0, to: bytes.count, by: 2).map {
      String(UInt16(bytes[$0]) << 8 | UInt16(bytes[$0 + 1]), radix: 16)
    }.joined(separator: ":")
  }
}
