public import Primitives

/// How one attempt at an endpoint ended, as far as retrying is concerned.
public enum AttemptOutcome: Sendable, Equatable {
  /// No connection: unreachable, timed out, or reset while connecting. Nothing was sent.
  case connectFailure
  /// The endpoint refused and took nothing: ECONNREFUSED, in HTTP/2 also REFUSED_STREAM and GOAWAY.
  case refused
  /// A kept-alive connection that was used again closed before a byte of the response came.
  case staleConnection
  /// The connection closed or was reset before the response's head was complete.
  case reset
  /// The attempt's own time ran out before the response's head was complete.
  case timeout
  /// A head came. `retryAfter` is its `Retry-After` as a time from now, nil where absent or unreadable.
  case response(status: Int, retryAfter: Interval?)
  /// A gRPC response with this `grpc-status` came, and nothing of it was passed on. `retryAfter` is its
  /// `grpc-retry-pushback-ms`: nil where absent, a very long time where the endpoint asks for no retry.
  case grpcStatus(UInt8, retryAfter: Interval?)
}
