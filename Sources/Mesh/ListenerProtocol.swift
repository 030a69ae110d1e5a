/// What a listener expects of its clients.
public enum ListenerProtocol: UInt8, Sendable, CaseIterable {
  /// Told by the first bytes.
  case auto
  case http
  /// Opaque bytes.
  case tcp
}
