internal import HTTP
internal import Mesh
internal import Policy
internal import Primitives
internal import Reactor
internal import Telemetry

/// A call's outcome is its `grpc-status`, in the head of a response that has nothing else or in the trailers. The
/// breaker judges by the status of HTTP that says the same, as Envoy's outlier detection does.
extension Exchange {
  /// The head of a call's answer. True where it does not go to the client, or not yet.
  func callHeadReceived() -> Bool {
    if let code = response.grpcCode {
      return followUp(.grpcStatus(code.rawValue, retryAfter: response.grpcPushback), .success(of: code))
    }
    // Until the first byte of a message the trailers may still say that another try would be better. A client that
    // has more to send may wait for the head, so it gets it.
    attempts.holdsHead = requestPhase == .complete && response.status == 200 && retriesCalls
    return attempts.holdsHead
  }

  /// A call's answer is complete. True where it does not go to the client.
  func callEnded() -> Bool {
    let code = responseTrailers.grpcCode ?? response.grpcCode
    if attempts.holdsHead {
      if let code,
        followUp(
          .grpcStatus(code.rawValue, retryAfter: responseTrailers.grpcPushback), .success(of: code))
      {
        return true
      }
      beginAnswer()
    }
    // Another status of HTTP speaks for itself. In gRPC-Web that passes as it is the call's status stands in the body,
    // which nobody reads here.
    let isLegible = code != nil || !grpc.isWeb || translatesCall
    if answer.status == 200, isLegible {
      let found = code ?? .unknown
      answer.grpc = found
      answer.outcome = found.httpStatus
    }
    return false
  }

  private var retriesCalls: Bool {
    guard let conditions = rule?.retry?.conditions else { return false }
    return !conditions.isDisjoint(with: .grpc)
  }
}

extension Exchange.Verdict {
  static func success(of code: GRPCCode) -> Self { success(of: code.httpStatus) }
}
