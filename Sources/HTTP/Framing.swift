/// How the length of a message's body is known (RFC 9112 §6.3).
public enum Framing: Equatable, Sendable {
  /// No body, and no word about one.
  case none
  /// Exactly so many bytes.
  case length(UInt64)
  /// Chunks, an empty one last.
  case chunked
  /// Until the connection closes: responses only.
  case untilClose

  /// The framing for passing a body on to a peer of the given version: chunks are not for HTTP/1.0, and a body
  /// until close is sent to HTTP/1.1 in chunks, so that its end is told from a broken connection.
  @inlinable
  public func forwarded(to version: HTTPVersion) -> Framing {
    switch self {
    case .none, .length: self
    case .chunked: version == .http10 ? .untilClose : .chunked
    case .untilClose: version == .http10 ? .untilClose : .chunked
    }
  }
}
