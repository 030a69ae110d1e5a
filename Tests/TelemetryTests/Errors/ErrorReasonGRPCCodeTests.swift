import HTTP
import Telemetry
import Testing

@Suite struct ErrorReasonGRPCCodeTests {
  @Test func codes() {
    let others: [ErrorReason: GRPCCode] = [
      .none: .ok, .malformedRequest: .internal, .unsupportedVersion: .internal, .unsupportedCoding: .internal,
      .unsupportedExpectation: .internal, .connectRefused: .internal, .loopDetected: .internal,
      .internalError: .internal, .uriTooLong: .resourceExhausted, .headersTooLarge: .resourceExhausted,
      .headTimeout: .deadlineExceeded, .bodyTimeout: .deadlineExceeded,
      .bodyTooSlow: .deadlineExceeded,
      .requestTimeout: .deadlineExceeded, .perTryTimeout: .deadlineExceeded, .downstreamLeft: .cancelled,
      .downstreamStalled: .deadlineExceeded,
      .noRoute: .unimplemented, .accessDenied: .permissionDenied,
      .tokenMissing: .unauthenticated, .tokenInvalid: .unauthenticated,
    ]
    for reason in ErrorReason.allCases {
      #expect(reason.grpcCode == others[reason] ?? .unavailable, "\(reason)")
    }
  }
}
