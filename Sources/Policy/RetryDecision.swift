public import Primitives

/// What follows a failed attempt.
public enum RetryDecision: Sendable, Equatable {
  /// Try again now, on a fresh connection: the kept-alive one was stale. No retry in the sense of policies,
  /// limits and metrics; at most once an exchange.
  case silently
  /// Try again after a back-off, within the service's limit of retries.
  case retry(after: Interval)
  case stop(Reason)

  /// Why there is no (further) retry.
  public enum Reason: UInt8, Sendable, CaseIterable {
    /// No policy, or none that names this outcome.
    case notCovered
    /// All attempts are used up.
    case exhausted
    /// The method is not idempotent, and the upstream may have processed the request.
    case notIdempotent
    /// The body is past the bound up to which it is held for replay.
    case bodyNotReplayable
    /// `Retry-After` asks for a longer wait than the policy has.
    case retryAfterTooLong
    /// The back-off would outlast the time for the whole request.
    case deadline
  }
}
