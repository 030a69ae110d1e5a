/// The protocol version that a message came in.
public enum HTTPVersion: UInt8, Sendable, Comparable {
  case http10, http11, http2

  @inlinable
  public static func < (a: HTTPVersion, b: HTTPVersion) -> Bool { a.rawValue < b.rawValue }

  /// As access logs and the wire spell it.
  public var name: StaticString {
    switch self {
    case .http10: "HTTP/1.0"
    case .http11: "HTTP/1.1"
    case .http2: "HTTP/2"
    }
  }
}
