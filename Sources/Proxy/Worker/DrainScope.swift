/// What drains. The application beside a sidecar calls others as long as it answers any: what comes in drains first.
public enum DrainScope: Int, Sendable {
  /// Listeners for others' requests.
  case inbound
  /// Every listener.
  case all

  static let count = 2
}
