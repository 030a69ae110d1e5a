/// How a line of our own log is written.
public enum LogFormat: UInt8, CaseIterable, Sendable {
  /// `2026-11-23T22:30:00.123Z info    listening name=outbound address=127.0.0.1:15001`
  case text
  /// One JSON object a line.
  case json

  public init?(_ name: String) {
    guard let format = Self.allCases.first(where: { "\($0)" == name }) else { return nil }
    self = format
  }
}
