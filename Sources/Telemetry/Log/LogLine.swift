package import Primitives

/// Renders one event as one line. Pure: the time is an argument.
package enum LogLine {
  /// Appends the line with its line feed. `time` in nanoseconds since the Unix epoch.
  package static func append(
    _ format: LogFormat, _ level: LogLevel, _ message: StaticString,
    _ fields: KeyValuePairs<StaticString, LogValue>,
    time: Int64, to buffer: inout ByteBuffer
  ) {
    var timestamp = TimestampFormatter()
    switch format {
    case .text:
      timestamp.append(nanoseconds: time, to: &buffer)
      buffer.append(32 as UInt8)
      buffer.append(padded(level))
      buffer.append(32 as UInt8)
      buffer.append(message)
      for (name, value) in fields where value != .absent {
        buffer.append(32 as UInt8)
        buffer.append(name)
        buffer.append(61 as UInt8)
        appendText(value, to: &buffer)
      }
    case .json:
      buffer.append("{\"time\":\"")
      timestamp.append(nanoseconds: time, to: &buffer)
      buffer.append("\",\"level\":\"")
      buffer.append("\(level)")
      buffer.append("\",\"message\":")
      JSONText.append(message, to: &buffer)
      for (name, value) in fields where value != .absent {
        buffer.append(44 as UInt8)
        JSONText.append(name, to: &buffer)
        buffer.append(58 as UInt8)
        appendJSON(value, to: &buffer)
      }
      buffer.append(125 as UInt8)
    }
    buffer.append(10 as UInt8)
  }

  private static func padded(_ level: LogLevel) -> StaticString {
    switch level {
    case .error: "error  "
    case .warning: "warning"
    case .info: "info   "
    case .debug: "debug  "
    }
  }

  /// Bare where it is one plain word, else quoted with escapes.
  private static func appendText(_ value: LogValue, to buffer: inout ByteBuffer) {
    guard case .string(let text) = value else { return appendJSON(value, to: &buffer) }
    let bytes = Array(text.utf8)
    let plain =
      !bytes.isEmpty && bytes.allSatisfy { $0 > 32 && $0 != 34 && $0 != 61 && $0 != 92 && $0 != 127 }
    if plain { buffer.append(bytes.span) } else { JSONText.append(bytes.span, to: &buffer) }
  }

  private static func appendJSON(_ value: LogValue, to buffer: inout ByteBuffer) {
    switch value {
    case .string(let text): JSONText.append(Array(text.utf8).span, to: &buffer)
    case .integer(let number): buffer.append("\(number)")
    // JSON has no infinities.
    case .double(let number): buffer.append(number.isFinite ? "\(number)" : "null")
    case .absent: break
    case .bool(let flag): buffer.append(flag ? "true" as StaticString : "false")
    }
  }
}
