internal import Policy
internal import Reactor
internal import Telemetry

/// An attempt that got no connection.
extension Exchange {
  /// - Parameter code: the system's error number.
  func connectFailed(_ code: Int32) {
    upstream = nil
    switch SystemError.cause(of: code) {
    case .refused:
      count(.connectRefused)
      attemptFailed(.refused, wasSent: false, .connectionRefused)
    case .exhausted:
      // It is our own want: neither breaker nor balancer should hold it against the endpoint.
      count(.connectExhausted)
      worker.noteExhausted(code, while: "connecting to an endpoint")
      attemptFailed(.connectFailure, wasSent: false, .outOfDescriptors, verdict: .unknown)
    case let cause:
      count(.connectFailed)
      attemptFailed(.connectFailure, wasSent: false, .connectFailed, details: Self.details(of: cause))
    }
  }

  private static func details(of cause: SystemError.Cause) -> StaticString? {
    switch cause {
    case .noLocalPort: "connection to the endpoint failed: no local port is free"
    case .noRoute: "connection to the endpoint failed: no route to it"
    case .notAnswered: "connection to the endpoint failed: it does not answer"
    case .noSuchSocket: "connection to the endpoint failed: no such socket"
    case .notPermitted: "connection to the endpoint failed: not permitted"
    case .refused, .exhausted, .other: nil
    }
  }

  /// TLS with the endpoint came to nothing: no byte of the request was taken.
  func secureFailed(_ failure: TLSFailure) {
    upstream = nil
    count(failure.reason == .timedOut ? .connectTimeout : .connectFailed)
    attemptFailed(.connectFailure, wasSent: false, ErrorReason(failure), details: failure.text)
  }

  func connectTimedOut() {
    upstream = nil
    count(.connectTimeout)
    attemptFailed(.connectFailure, wasSent: false, .connectTimeout)
  }
}
