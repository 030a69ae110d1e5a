/// A key of the configuration that the command line may say in its place.
public enum GivenKey: CaseIterable, Sendable {
  case admin, logLevel, logFormat

  /// Where it stands in a configuration.
  public var path: [String] {
    switch self {
    case .admin: ["admin"]
    case .logLevel: ["log", "level"]
    case .logFormat: ["log", "format"]
    }
  }

  /// Stands in the head of `/config` where it was said.
  public var field: StaticString {
    switch self {
    case .admin: "x-apus-admin-given"
    case .logLevel: "x-apus-log-level-given"
    case .logFormat: "x-apus-log-format-given"
    }
  }
}
