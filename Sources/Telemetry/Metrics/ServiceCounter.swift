/// What a worker counts about a service. Gauges go up and down by `add` and `subtract`.
public enum ServiceCounter: Int, CaseIterable, Sendable {
  /// Attempts after the first.
  case retries
  /// Replays on a fresh connection because a kept-alive one had closed: no retry in the policy's sense.
  case staleConnectionReplays
  /// Failed attempts that were not retried, by what stood against it.
  case retrySkippedBody, retrySkippedLimit, retrySkippedUnsafe, retrySkippedDeadline, retrySkippedAttempts,
    retrySkippedRetryAfter
  /// Requests answered by us without an attempt, or turned away by a limit.
  case rejectedBreaker, rejectedRequests, rejectedPending, rejectedNoEndpoint
  /// Connections made, and attempts to make one that failed.
  case connectionsCreated, connectRefused, connectFailed, connectTimeout, connectExhausted
  /// Attempts ended by a timer.
  case requestTimeout, perTryTimeout, idleTimeout
  /// Attempts ended by the endpoint: connection reset or closed early, an answer that was cut off or nonsense.
  case resets, truncated, protocolErrors
  /// Connections open or being opened, and those of them that wait in a pool (gauges); exchanges waiting for one
  /// (gauge).
  case connectionsActive, connectionsIdle, pending
}
