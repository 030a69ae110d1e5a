/// What happens to header fields whose names hold an underscore.
///
/// Underscores are legal (RFC 9110 §5.6.2) and common in gRPC metadata, but CGI-like applications read
/// `X_Forwarded_For` and `X-Forwarded-For` as one name, which lets a client speak in the proxy's voice.
public enum UnderscorePolicy: UInt8, Sendable, CaseIterable {
  /// All pass.
  case allow
  /// Those are dropped that would, with `-` for `_`, be a name that the proxy treats specially. The default.
  case dropAliases
  /// All are dropped, as nginx does.
  case drop
  /// The message is refused with 400.
  case refuse

  /// Whether a field of an unknown name is kept out.
  func drops(_ name: Span<UInt8>) throws(HTTPError) -> Bool {
    if self == .allow { return false }
    for i in name.indices where name[i] == UInt8(ascii: "_") {
      switch self {
      case .allow: return false
      case .drop: return true
      case .refuse: throw .underscoreInName
      case .dropAliases: return FieldID.findAlias(name, at: 0, count: name.count) != .other
      }
    }
    return false
  }
}
