/// Whose requests come through a listener, which tells when it ends.
public enum ListenerDirection: UInt8, Sendable, CaseIterable {
  /// Others': the first that drain.
  case inbound
  /// Those of the application beside which this proxy runs: they work as long as it answers others.
  case outbound
}
