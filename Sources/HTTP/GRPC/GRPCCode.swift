/// The outcome of a gRPC call, as `grpc-status` carries it (gRPC's statuscodes.md).
public enum GRPCCode: UInt8, Sendable, CaseIterable {
  case ok = 0
  case cancelled, unknown, invalidArgument, deadlineExceeded, notFound, alreadyExists, permissionDenied
  case resourceExhausted, failedPrecondition, aborted, outOfRange, unimplemented, `internal`, unavailable
  case dataLoss, unauthenticated

  /// The value of a `grpc-status` field: a decimal number. Numbers that have no name yet are `.unknown`, as gRPC asks
  /// of its clients; anything else is nil.
  public init?(status: Span<UInt8>) {
    guard status.count > 0, status.count <= 10 else { return nil }
    var number: UInt64 = 0
    for i in status.indices {
      guard status[i].isDigit else { return nil }
      number = number * 10 + UInt64(status[i] &- 0x30)
    }
    self = UInt8(exactly: number).flatMap { GRPCCode(rawValue: $0) } ?? .unknown
  }

  /// What a client makes of a response that is no gRPC (gRPC's http-grpc-status-mapping.md).
  public init(httpStatus status: Int) {
    switch status {
    case 400: self = .internal
    case 401: self = .unauthenticated
    case 403: self = .permissionDenied
    case 404: self = .unimplemented
    case 429, 502, 503, 504: self = .unavailable
    default: self = .unknown
    }
  }

  /// The status of HTTP that says the same, as Envoy and Google's APIs have it: for those who judge endpoints and count
  /// outcomes by HTTP's statuses. 5xx are `unknown`, `deadlineExceeded`, `unimplemented`, `internal`, `unavailable` and
  /// `dataLoss`.
  public var httpStatus: Int {
    switch self {
    case .ok: 200
    case .cancelled: 499
    case .invalidArgument, .failedPrecondition, .outOfRange: 400
    case .unauthenticated: 401
    case .permissionDenied: 403
    case .notFound: 404
    case .alreadyExists, .aborted: 409
    case .resourceExhausted: 429
    case .unknown, .internal, .dataLoss: 500
    case .unimplemented: 501
    case .unavailable: 503
    case .deadlineExceeded: 504
    }
  }

  /// What a stream's reset means to a call (gRPC's PROTOCOL-HTTP2.md, "Errors").
  public init(reset code: HTTP2ErrorCode) {
    switch code {
    case .refusedStream: self = .unavailable
    case .cancel: self = .cancelled
    case .enhanceYourCalm: self = .resourceExhausted
    case .inadequateSecurity: self = .permissionDenied
    default: self = .internal
    }
  }

  /// As statuscodes.md spells it, for logs and labels.
  public var name: StaticString {
    switch self {
    case .ok: "OK"
    case .cancelled: "CANCELLED"
    case .unknown: "UNKNOWN"
    case .invalidArgument: "INVALID_ARGUMENT"
    case .deadlineExceeded: "DEADLINE_EXCEEDED"
    case .notFound: "NOT_FOUND"
    case .alreadyExists: "ALREADY_EXISTS"
    case .permissionDenied: "PERMISSION_DENIED"
    case .resourceExhausted: "RESOURCE_EXHAUSTED"
    case .failedPrecondition: "FAILED_PRECONDITION"
    case .aborted: "ABORTED"
    case .outOfRange: "OUT_OF_RANGE"
    case .unimplemented: "UNIMPLEMENTED"
    case .internal: "INTERNAL"
    case .unavailable: "UNAVAILABLE"
    case .dataLoss: "DATA_LOSS"
    case .unauthenticated: "UNAUTHENTICATED"
    }
  }
}
