public import Primitives

/// All that a retry decision depends on. Pure data: the caller knows HTTP and sockets, this does not.
public struct FailedAttempt: Sendable {
  public var outcome: AttemptOutcome
  /// Whether the method is idempotent (RFC 9110 §9.2.2).
  public var isIdempotent: Bool
  /// Whether any byte of the request may have reached the endpoint. Does not matter for `.connectFailure` and
  /// `.refused`, which say that nothing was taken.
  public var wasSent: Bool
  /// Whether the body is empty, or still held from its first byte on.
  public var isBodyReplayable: Bool
  /// Retries made so far in this exchange, without the silent one.
  public var retries: Int
  /// Whether the silent retry was used up in this exchange.
  public var wasSilentlyRetried: Bool
  /// The end of the time for the whole request.
  public var deadline: MonotonicTime

  public init(
    _ outcome: AttemptOutcome, isIdempotent: Bool, wasSent: Bool, isBodyReplayable: Bool, retries: Int = 0,
    wasSilentlyRetried: Bool = false, deadline: MonotonicTime = .distantFuture
  ) {
    self.outcome = outcome
    self.isIdempotent = isIdempotent
    self.wasSent = wasSent
    self.isBodyReplayable = isBodyReplayable
    self.retries = retries
    self.wasSilentlyRetried = wasSilentlyRetried
    self.deadline = deadline
  }

  /// Whether the endpoint may have acted on the request. A response is proof that it may.
  public var isPossiblyProcessed: Bool {
    switch outcome {
    case .connectFailure, .refused: false
    case .staleConnection, .reset, .timeout: wasSent
    case .response, .grpcStatus: true
    }
  }

  /// Whether trying again, now or later, does no harm: the request is idempotent, or nothing of it can have
  /// been processed (RFC 9110 §9.2.2). A server that closes an idle connection just as a request arrives and
  /// one that reads the request and dies look the same from here; so a request that is not idempotent is not
  /// repeated once a byte of it was sent, as in nginx and Go.
  ///
  /// gRPC's calls are all POST. Whoever names a `grpc-status` to retry on says that the rule's calls can be repeated
  /// after it, as with the `retryableStatusCodes` of gRPC's own policies.
  public var isSafeToRepeat: Bool {
    if case .grpcStatus = outcome { return true }
    return isIdempotent || !isPossiblyProcessed
  }

  /// Retry or not, and when. `policy` is nil where the rule has none; a stale connection is retried even then.
  ///
  /// A decision to retry still needs a place within the service's limit of retries, which the caller acquires.
  public func decide(_ policy: RetryPolicy?, now: MonotonicTime, random: inout Random) -> RetryDecision {
    if outcome == .staleConnection, !wasSilentlyRetried, isSafeToRepeat, now < deadline {
      return isBodyReplayable ? .silently : .stop(.bodyNotReplayable)
    }
    guard let policy, policy.attempts > 0, policy.covers(outcome) else { return .stop(.notCovered) }
    if retries >= policy.attempts { return .stop(.exhausted) }
    if !isSafeToRepeat { return .stop(.notIdempotent) }
    if !isBodyReplayable { return .stop(.bodyNotReplayable) }
    var delay = policy.backoff.delay(beforeRetry: retries + 1, random: &random)
    if let asked = retryAfter {
      if asked > policy.longestRetryAfter { return .stop(.retryAfterTooLong) }
      // Never sooner than asked; the jitter on top keeps many clients from coming back at once.
      delay = delay + max(.zero, asked)
    }
    return now + delay < deadline ? .retry(after: delay) : .stop(.deadline)
  }

  /// How long the endpoint asks to be left alone.
  private var retryAfter: Interval? {
    switch outcome {
    case .response(_, let asked), .grpcStatus(_, let asked): asked
    default: nil
    }
  }
}
