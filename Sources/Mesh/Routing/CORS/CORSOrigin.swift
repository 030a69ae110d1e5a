internal import HTTP
internal import Primitives

/// One of a CORS filter's `allowOrigins` (Gateway API's `HTTPCORSFilter`): `*`; `https://shop.example`;
/// `https://*.shop.example`, which stands for one or more labels; `https://*`, for every host. A port that is the
/// scheme's own may be left out or not.
public struct CORSOrigin: Sendable, Equatable {
  private enum Kind { case any, exact, suffix }

  /// As it was written.
  public let text: String
  private let kind: Kind
  /// `https://`, in lower case.
  private let scheme: [UInt8]
  /// The host with its port, or what must stand behind the star.
  private let rest: [UInt8]

  /// Nil where it is none of these forms.
  public init?(_ text: String) {
    self.text = text
    if text == "*" {
      (kind, scheme, rest) = (.any, [], [])
      return
    }
    let lower = text.lowercased()
    guard let name = ["http://", "https://"].first(where: lower.hasPrefix) else { return nil }
    let parts = lower.dropFirst(name.count).split(separator: ":", omittingEmptySubsequences: false)
    guard (1...2).contains(parts.count) else { return nil }
    var host = parts[0]
    let isWildcard = host == "*" || host.hasPrefix("*.")
    if isWildcard { host = host.dropFirst() }
    guard isWildcard && host.isEmpty || Self.isHost(isWildcard ? host.dropFirst() : host) else { return nil }
    var port = ""
    if parts.count == 2 {
      guard let number = UInt16(parts[1]), number > 0, parts[1].utf8.allSatisfy({ $0 >= 48 && $0 <= 57 })
      else {
        return nil
      }
      // Browsers leave it out, too.
      if number != (name == "http://" ? 80 : 443) { port = ":\(number)" }
    }
    kind = isWildcard ? .suffix : .exact
    scheme = Array(name.utf8)
    rest = Array((host + port).utf8)
  }

  public var isAny: Bool { kind == .any }

  /// Whether a request's `Origin` is one of those meant. Case of scheme and host does not matter; `null` is only `*`.
  func matches(_ origin: Span<UInt8>) -> Bool {
    if kind == .any { return true }
    let count = origin.count - scheme.count
    guard count > 0, origin.extracting(0..<scheme.count).equalsLowercase(scheme.span) else { return false }
    if kind == .exact { return origin.extracting(scheme.count..<origin.count).equalsLowercase(rest.span) }
    let end = origin.count - rest.count
    guard end > scheme.count, origin.extracting(end..<origin.count).equalsLowercase(rest.span) else {
      return false
    }
    // The star is for labels: no port, nothing else that could hide the end of the host.
    for i in scheme.count..<end {
      let byte = origin[i].lowercased
      let isLabel = byte &- 97 < 26 || byte &- 48 < 10 || byte == 45 || byte == 46 || byte == 95
      if !isLabel { return false }
    }
    return true
  }

  private static func isHost(_ host: some StringProtocol) -> Bool {
    !host.isEmpty
      && host.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { label in
        !label.isEmpty
          && label.utf8.allSatisfy {
            $0 >= 97 && $0 <= 122 || $0 >= 48 && $0 <= 57 || $0 == 45 || $0 == 95
          }
      }
  }
}
