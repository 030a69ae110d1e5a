/// The ways in which a trace's context travels in header fields.
public struct TraceFormats: OptionSet, Hashable, Sendable {
  public let rawValue: UInt8
  @inlinable public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// `traceparent` and `tracestate` (W3C Trace Context, level 2).
  public static var w3c: Self { @inlinable get { Self(rawValue: 1) } }
  /// The single `b3` field.
  public static var b3: Self { @inlinable get { Self(rawValue: 2) } }
  /// The `X-B3-*` fields.
  public static var b3multi: Self { @inlinable get { Self(rawValue: 4) } }
  /// Jaeger's `uber-trace-id`.
  public static var jaeger: Self { @inlinable get { Self(rawValue: 8) } }

  /// Names as they stand in the configuration.
  public static let names: [(name: String, format: TraceFormats)] = [
    ("w3c", .w3c), ("b3", .b3), ("b3multi", .b3multi), ("jaeger", .jaeger),
  ]

  /// One format by its name in the configuration; nil for any other.
  public init?(name: String) {
    guard let found = Self.names.first(where: { $0.name == name }) else { return nil }
    self = found.format
  }
}
