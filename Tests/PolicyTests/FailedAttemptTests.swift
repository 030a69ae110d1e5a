import Policy
import Primitives
import Testing

@Suite struct FailedAttemptTests {
  private let everything = RetryPolicy(
    conditions: [.connectFailure, .reset, .refused, .serverError, .gatewayError, .retriable4xx], attempts: 2)

  private func decide(
    _ attempt: FailedAttempt, _ policy: RetryPolicy?, now: MonotonicTime = at(ms: 1_000), seed: UInt64 = 1
  ) -> RetryDecision {
    var random = Random(seed: seed)
    return attempt.decide(policy, now: now, random: &random)
  }

  private func isRetry(_ decision: RetryDecision) -> Bool {
    if case .retry = decision { true } else { false }
  }

  /// RFC 9110 §9.2.2: once the endpoint may have acted, only idempotent requests are repeated.
  @Test(arguments: [
    (AttemptOutcome.connectFailure, true, true), (.connectFailure, false, true),
    (.refused, true, true), (.refused, false, true),
    (.reset, false, true), (.reset, true, false),
    (.timeout, false, true), (.timeout, true, false),
    (.response(status: 503, retryAfter: nil), true, false),
    (.response(status: 503, retryAfter: nil), false, false),
    (.response(status: 409, retryAfter: nil), true, false),
  ])
  func aPostIsRepeatedOnlyWhereNothingWasProcessed(
    _ outcome: AttemptOutcome, _ wasSent: Bool, _ repeated: Bool
  ) {
    let post = FailedAttempt(outcome, isIdempotent: false, wasSent: wasSent, isBodyReplayable: true)
    #expect(isRetry(decide(post, everything)) == repeated)
    if !repeated { #expect(decide(post, everything) == .stop(.notIdempotent)) }
    let get = FailedAttempt(outcome, isIdempotent: true, wasSent: wasSent, isBodyReplayable: true)
    #expect(isRetry(decide(get, everything)))
  }

  @Test func aStaleConnectionIsRepeatedSilentlyEvenWithoutAPolicy() {
    for policy in [nil, everything] {
      for (isIdempotent, wasSent) in [(true, true), (true, false), (false, false)] {
        let attempt = FailedAttempt(
          .staleConnection, isIdempotent: isIdempotent, wasSent: wasSent, isBodyReplayable: true, retries: 2)
        #expect(decide(attempt, policy) == .silently)
      }
    }
  }

  @Test func aStaleConnectionIsNotRepeatedWhereThatCouldHarm() {
    var attempt = FailedAttempt(.staleConnection, isIdempotent: false, wasSent: true, isBodyReplayable: true)
    #expect(decide(attempt, nil) == .stop(.notCovered))
    #expect(decide(attempt, everything) == .stop(.notIdempotent))
    attempt.isIdempotent = true
    attempt.isBodyReplayable = false
    // Nor is it for want of a policy.
    #expect(decide(attempt, everything) == .stop(.bodyNotReplayable))
    #expect(decide(attempt, nil) == .stop(.bodyNotReplayable))
    attempt.isBodyReplayable = true
    attempt.deadline = at(ms: 1_000)
    #expect(decide(attempt, everything) == .stop(.deadline))
  }

  @Test func theSecondStaleConnectionIsAnOrdinaryReset() {
    let attempt = FailedAttempt(
      .staleConnection, isIdempotent: true, wasSent: true, isBodyReplayable: true, wasSilentlyRetried: true)
    #expect(isRetry(decide(attempt, everything)))
    #expect(decide(attempt, RetryPolicy(conditions: .connectFailure)) == .stop(.notCovered))
    #expect(decide(attempt, nil) == .stop(.notCovered))
  }

  @Test func attemptsAreRetriesAfterTheFirstTry() {
    var attempt = FailedAttempt(.reset, isIdempotent: true, wasSent: true, isBodyReplayable: true)
    #expect(isRetry(decide(attempt, everything)))
    attempt.retries = 1
    #expect(isRetry(decide(attempt, everything)))
    attempt.retries = 2
    #expect(decide(attempt, everything) == .stop(.exhausted))
    #expect(decide(attempt, RetryPolicy(conditions: .reset, attempts: 0)) == .stop(.notCovered))
  }

  @Test func whatNoConditionNamesIsLeftAlone() {
    let attempt = FailedAttempt(
      .response(status: 200, retryAfter: nil), isIdempotent: true, wasSent: true, isBodyReplayable: true)
    #expect(decide(attempt, everything) == .stop(.notCovered))
    #expect(decide(attempt, nil) == .stop(.notCovered))
  }

  @Test func aBodyPastItsBoundIsNotRepeated() {
    let attempt = FailedAttempt(.reset, isIdempotent: true, wasSent: true, isBodyReplayable: false)
    #expect(decide(attempt, everything) == .stop(.bodyNotReplayable))
  }

  @Test func theDelayIsTheBackoffs() {
    for seed in 0..<200 as Range<UInt64> {
      let first = FailedAttempt(.reset, isIdempotent: true, wasSent: true, isBodyReplayable: true)
      let second = FailedAttempt(
        .reset, isIdempotent: true, wasSent: true, isBodyReplayable: true, retries: 1)
      guard case .retry(let early) = decide(first, everything, seed: seed),
        case .retry(let later) = decide(second, everything, seed: seed)
      else {
        Issue.record("no retry")
        return
      }
      #expect(early >= .zero && early < .milliseconds(25))
      #expect(later >= .zero && later < .milliseconds(75))
    }
  }

  @Test func retryAfterIsHonouredUpToItsBound() {
    func after(_ wait: Interval, status: Int = 503) -> RetryDecision {
      decide(
        FailedAttempt(
          .response(status: status, retryAfter: wait), isIdempotent: true, wasSent: true,
          isBodyReplayable: true),
        everything)
    }
    for wait in [Interval.zero, .seconds(1), .seconds(5)] {
      guard case .retry(let delay) = after(wait) else {
        Issue.record("no retry after \(wait)")
        continue
      }
      #expect(delay >= wait && delay < wait + .milliseconds(25))
    }
    #expect(after(.seconds(6)) == .stop(.retryAfterTooLong))
    #expect(after(Interval(nanoseconds: .max)) == .stop(.retryAfterTooLong))
    // A date in the past.
    guard case .retry(let delay) = after(.seconds(-60)) else {
      Issue.record("no retry")
      return
    }
    #expect(delay >= .zero && delay < .milliseconds(25))
  }

  @Test func nothingIsRetriedPastTheDeadline() {
    var attempt = FailedAttempt(
      .response(status: 503, retryAfter: .seconds(2)), isIdempotent: true, wasSent: true,
      isBodyReplayable: true,
      deadline: at(ms: 2_999))
    #expect(decide(attempt, everything) == .stop(.deadline))
    attempt.deadline = at(ms: 3_100)
    #expect(isRetry(decide(attempt, everything)))
    attempt.outcome = .reset
    attempt.deadline = at(ms: 1_000)
    #expect(decide(attempt, everything) == .stop(.deadline))
  }

  /// Whoever names a status of gRPC says that its calls, which are all POST, can be repeated.
  @Test func aCallIsRepeatedByItsStatus() {
    let policy = RetryPolicy(conditions: .unavailable, attempts: 1)
    func call(_ code: UInt8, _ pushback: Interval? = nil, held: Bool = true, retries: Int = 0)
      -> RetryDecision
    {
      decide(
        FailedAttempt(
          .grpcStatus(code, retryAfter: pushback), isIdempotent: false, wasSent: true, isBodyReplayable: held,
          retries: retries, deadline: at(ms: 60_000)),
        policy)
    }
    #expect(isRetry(call(14)))
    #expect(call(13) == .stop(.notCovered))
    #expect(call(0) == .stop(.notCovered))
    #expect(call(14, held: false) == .stop(.bodyNotReplayable))
    #expect(call(14, retries: 1) == .stop(.exhausted))
    #expect(call(14, .seconds(1_000_000)) == .stop(.retryAfterTooLong))
    guard case .retry(let delay) = call(14, .seconds(2)) else {
      Issue.record("no retry")
      return
    }
    #expect(delay >= .seconds(2) && delay < .seconds(2) + .milliseconds(25))
  }

  @Test func aStatusProvesThatTheEndpointActed() {
    let call = FailedAttempt(
      .grpcStatus(14, retryAfter: nil), isIdempotent: false, wasSent: true, isBodyReplayable: true)
    #expect(call.isPossiblyProcessed && call.isSafeToRepeat)
    #expect(decide(call, everything) == .stop(.notCovered))
    #expect(decide(call, nil) == .stop(.notCovered))
  }
}
