/// The four forms of a request target (RFC 9112 §3.2). The authority form belongs to CONNECT, which is refused.
public enum TargetForm: UInt8, Sendable {
  /// `/path?query`
  case origin
  /// `http://authority/path?query`
  case absolute
  /// `*`, with OPTIONS
  case asterisk
}
