public import Telemetry

/// How the proxy's own log is written.
public struct LogSettings: Sendable, Equatable {
  public var level = LogLevel.info
  public var format = LogFormat.text

  public init() {}
}
