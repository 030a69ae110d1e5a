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
}
