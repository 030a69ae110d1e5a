public import Primitives

/// A rule's `retry`: what is retried, how often, how soon. `FailedAttempt.decide` applies it.
public struct RetryPolicy: Sendable, Equatable {
  public var conditions: RetryConditions
  /// Single statuses that are retried besides.
  public var statuses: StatusSet
  /// Retries after the first try, as `retry.attempts` in Gateway API.
  public var attempts: Int
  /// Time for each attempt, nil for no other than the request's own.
  public var perTry: Interval?
  public var backoff: Backoff
  /// A `Retry-After` up to this is waited for; a longer one is left to the client: no retry.
  public var longestRetryAfter: Interval

  /// One retry and a wait of at most 5 s for `Retry-After`, unless told otherwise.
  public init(
    conditions: RetryConditions, statuses: StatusSet = [], attempts: Int = 1, perTry: Interval? = nil,
    backoff: Backoff = Backoff(), longestRetryAfter: Interval = .seconds(5)
  ) {
    self.conditions = conditions
    self.statuses = statuses
    self.attempts = attempts
    self.perTry = perTry
    self.backoff = backoff
    self.longestRetryAfter = longestRetryAfter
  }

  /// Whether the policy names this outcome, whatever the request.
  public func covers(_ outcome: AttemptOutcome) -> Bool {
    let silence: RetryConditions = [.reset, .serverError, .gatewayError]
    switch outcome {
    case .connectFailure: return !conditions.isDisjoint(with: silence.union(.connectFailure))
    case .refused: return !conditions.isDisjoint(with: silence.union([.connectFailure, .refused]))
    case .staleConnection, .reset, .timeout: return !conditions.isDisjoint(with: silence)
    case .grpcStatus(let code, _): return !conditions.isDisjoint(with: RetryConditions(grpcStatus: code))
    case .response(let status, _):
      if statuses.contains(status) { return true }
      switch status {
      case 502...504: return !conditions.isDisjoint(with: [.serverError, .gatewayError])
      // A loop does not end by going round again; every proxy of it would multiply the request.
      case 508: return false
      case 500...599: return conditions.contains(.serverError)
      case 409: return conditions.contains(.retriable4xx)
      default: return false
      }
    }
  }
}
