internal import Admin
internal import Configuration
internal import Telemetry

/// `--log-level` and `--log-format`. They hold from the first line on, and go before what the configuration says.
struct LogOptions {
  static let definitions = [
    OptionDefinition("log-level", "LEVEL", help: "error, warning, info (default) or debug."),
    OptionDefinition("log-format", "FORMAT", help: "text (default) or json."),
  ]

  private let level: LogLevel?
  private let format: LogFormat?

  /// Nothing was said.
  static let standard = LogOptions(level: nil, format: nil)

  private init(level: LogLevel?, format: LogFormat?) {
    self.level = level
    self.format = format
  }

  init(_ arguments: ParsedArguments, command: String) throws(UsageError) {
    level = arguments.value("log-level").flatMap { LogLevel($0) }
    format = arguments.value("log-format").flatMap { LogFormat($0) }
    if let text = arguments.value("log-level"), level == nil {
      throw UsageError("'--log-level' is error, warning, info or debug, not '\(text)'", command: command)
    }
    if let text = arguments.value("log-format"), format == nil {
      throw UsageError("'--log-format' is text or json, not '\(text)'", command: command)
    }
  }

  /// What was said.
  var given: Set<GivenKey> {
    var keys: Set<GivenKey> = []
    if level != nil { keys.insert(.logLevel) }
    if format != nil { keys.insert(.logFormat) }
    return keys
  }

  func apply(_ settings: LogSettings = LogSettings()) {
    Log.level = level ?? settings.level
    Log.format = format ?? settings.format
  }
}
