/// When to retry, in Envoy's words and with their meaning there.
public struct RetryConditions: OptionSet, Sendable, Hashable {
  public let rawValue: UInt16
  public init(rawValue: UInt16) { self.rawValue = rawValue }

  /// `connect-failure`: no connection was made, or it was refused.
  public static let connectFailure = Self(rawValue: 1)
  /// `reset`: no response at all: the connection failed, was refused, closed or reset, or the attempt timed out.
  public static let reset = Self(rawValue: 2)
  /// `refused`, Envoy's `refused-stream`: the endpoint refused before it took anything: the connection, or in HTTP/2
  /// the stream (REFUSED_STREAM, GOAWAY with a lower id).
  public static let refused = Self(rawValue: 4)
  /// `5xx`: any 5xx but 508 (Loop Detected), and what would become one here: no response at all.
  public static let serverError = Self(rawValue: 8)
  /// `gateway-error`: 502, 503, 504, and no response at all.
  public static let gatewayError = Self(rawValue: 16)
  /// `retriable-4xx`: 409.
  public static let retriable4xx = Self(rawValue: 32)

  // By the `grpc-status` of a response: in its head, or in trailers before anything was passed on.
  /// `cancelled`: 1.
  public static let cancelled = Self(rawValue: 64)
  /// `deadline-exceeded`: 4.
  public static let deadlineExceeded = Self(rawValue: 128)
  /// `internal`: 13.
  public static let `internal` = Self(rawValue: 256)
  /// `resource-exhausted`: 8.
  public static let resourceExhausted = Self(rawValue: 512)
  /// `unavailable`: 14.
  public static let unavailable = Self(rawValue: 1024)

  /// All that go by `grpc-status`.
  public static let grpc: Self = [
    .cancelled, .deadlineExceeded, .internal, .resourceExhausted, .unavailable,
  ]

  /// The condition that a `grpc-status` meets; none for most.
  public init(grpcStatus code: UInt8) {
    switch code {
    case 1: self = .cancelled
    case 4: self = .deadlineExceeded
    case 8: self = .resourceExhausted
    case 13: self = .internal
    case 14: self = .unavailable
    default: self = []
    }
  }
}
