public import HTTP

extension ErrorReason {
  /// The `grpc-status` of our reply to a gRPC call: what the call's library retries on, so `unavailable` wherever
  /// another try may find the service well, as Envoy and Gateway API have it. `.ok` for `none`.
  public var grpcCode: GRPCCode {
    switch self {
    case .none: .ok
    case .malformedRequest, .unsupportedVersion, .unsupportedCoding, .unsupportedExpectation, .connectRefused,
      .loopDetected, .internalError:
      .internal
    // As gRPC's own libraries say of messages and metadata over their limits.
    case .uriTooLong, .headersTooLarge: .resourceExhausted
    case .headTimeout, .bodyTimeout, .bodyTooSlow, .downstreamStalled, .requestTimeout, .perTryTimeout:
      .deadlineExceeded
    case .downstreamLeft: .cancelled
    case .noRoute: .unimplemented
    case .tokenMissing, .tokenInvalid: .unauthenticated
    case .accessDenied: .permissionDenied
    // Finding and reaching a service, and its answer. Gateway API's GRPCRoute asks for it where a rule has no usable
    // backend.
    default: .unavailable
    }
  }
}
