/// When to retry, in Envoy's words and with their meaning there.
public struct RetryConditions: OptionSet, Sendable, Hashable {
  public let rawValue: UInt8
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// `connect-failure`: no connection was made, or it was refused.
  public static let connectFailure = Self(rawValue: 1)
  /// `reset`: no response at all: the connection failed, was refused, closed or reset, or the attempt timed out.
  public static let reset = Self(rawValue: 2)
  /// `refused`: the endpoint refused before it took anything.
  public static let refused = Self(rawValue: 4)
  /// `5xx`: any 5xx but 508 (Loop Detected), and what would become one here: no response at all.
  public static let serverError = Self(rawValue: 8)
  /// `gateway-error`: 502, 503, 504, and no response at all.
  public static let gatewayError = Self(rawValue: 16)
  /// `retriable-4xx`: 409.
  public static let retriable4xx = Self(rawValue: 32)
}
