/// Trace header formats that are written besides those that came in.
public struct TracePropagation: OptionSet, Sendable, Hashable {
  public let rawValue: UInt8
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// `traceparent` and `tracestate`.
  public static let w3c = Self(rawValue: 1)
  /// One `b3` field.
  public static let b3 = Self(rawValue: 2)
  /// `X-B3-*`.
  public static let b3Multi = Self(rawValue: 4)
  /// `uber-trace-id`.
  public static let jaeger = Self(rawValue: 8)
}
