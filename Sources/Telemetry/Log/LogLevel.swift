/// How much an event matters, the worst first.
public enum LogLevel: UInt8, CaseIterable, Comparable, Sendable {
  case error, warning, info, debug

  /// By its name in lower case; nil for any other.
  public init?(_ name: String) {
    guard let level = Self.allCases.first(where: { "\($0)" == name }) else { return nil }
    self = level
  }

  public static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
}
