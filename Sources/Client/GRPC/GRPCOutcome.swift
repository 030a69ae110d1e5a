public import HTTP

/// How a call of gRPC has ended: the server's word, or what kept it from coming.
public struct GRPCOutcome: Error, Equatable, Sendable {
  public var code: GRPCCode
  /// For people; may be empty.
  public var message: String
  /// What has failed underneath; nil where the server has answered.
  public var failure: ClientFailure?

  public init(_ code: GRPCCode, _ message: String = "", _ failure: ClientFailure? = nil) {
    self.code = code
    self.message = message
    self.failure = failure
  }

  /// As gRPC's libraries judge it: `unavailable` is what another try may change.
  init(_ failure: ClientFailure) {
    let code: GRPCCode =
      switch failure {
      case .timedOut(.whole): .deadlineExceeded
      case .unresolved, .connectFailed, .secureFailed, .timedOut, .closed, .reset, .truncated, .silent:
        .unavailable
      case .streamReset(let code): GRPCCode(reset: code)
      case .bodyTooLong, .crowded: .resourceExhausted
      case .invalidRequest, .malformed, .protocolError: .internal
      }
    self.init(code, failure.description, failure)
  }

  /// What a response says, by its trailers, or by its head alone (PROTOCOL-HTTP2.md).
  init(_ response: borrowing MessageHead, _ trailers: borrowing MessageHead) {
    if let code = trailers.grpcCode {
      self.init(code, GRPCText.message(trailers))
    } else if let code = response.grpcCode {
      self.init(code, GRPCText.message(response))
    } else if response.status != 200 {
      self.init(
        GRPCCode(httpStatus: response.status), "the server answers with HTTP status \(response.status)")
    } else {
      self.init(.unknown, "the response has no grpc-status")
    }
  }
}

extension GRPCOutcome: CustomStringConvertible {
  public var description: String { message.isEmpty ? "\(code.name)" : "\(code.name): \(message)" }
}
