public struct AccessLogSettings: Sendable, Equatable {
  public enum Destination: Sendable, Equatable {
    case none
    case standardOutput
    case standardError
    case file(path: String)
  }

  public var destination: Destination
  /// `json`, `text`, or a format string.
  public var format: String

  public init(destination: Destination = .none, format: String = "json") {
    self.destination = destination
    self.format = format
  }
}
