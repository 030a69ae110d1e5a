internal import HTTP
internal import Mesh
internal import Policy
internal import Primitives
internal import Reactor
internal import Telemetry

/// What follows a failed attempt.
extension Exchange {
  /// The attempt failed without an answer that the client could get. Its connection is closed already.
  /// - Parameter verdict: on the endpoint; nil: the failure is its own, if it was met at all.
  func attemptFailed(
    _ outcome: AttemptOutcome, wasSent: Bool = true, _ reason: ErrorReason, details: StaticString? = nil,
    verdict: Verdict? = nil
  ) {
    let verdict = verdict ?? failure
    if followUp(outcome, wasSent: wasSent, verdict) { return }
    abandonAttempt(verdict)
    let isRefused = attempts.reset == .refusedStream
    let isBodys = attempts.lacksBody ? reason.detailsOfLongBody(isRefused: isRefused) : nil
    reply(reason, details: isBodys ?? details)
  }

  /// Tries again if the rule and the request allow it; false where this outcome is the client's.
  func followUp(_ outcome: AttemptOutcome, wasSent: Bool = true, _ verdict: Verdict) -> Bool {
    let failed = FailedAttempt(
      outcome, isIdempotent: request.method.isIdempotent, wasSent: wasSent,
      isBodyReplayable: isBodyReplayable,
      retries: attempts.retries, wasSilentlyRetried: attempts.staleReplays > 0, deadline: requestDeadline)
    switch failed.decide(rule?.retry, now: worker.loop.now, random: &worker.random) {
    case .silently:
      replayStale()
      return true
    case .retry(let delay):
      if !attempts.holdsRetryLimit {
        guard service?.state.retries.tryAcquire() ?? false else {
          count(.retrySkippedLimit)
          return false
        }
        attempts.holdsRetryLimit = true
      }
      retry(after: delay, verdict)
      return true
    case .stop(let why):
      noteSkipped(why)
      return false
    }
  }

  /// Ends this attempt and begins the next one after `delay`, elsewhere if there is an elsewhere.
  private func retry(after delay: Interval, _ verdict: Verdict) {
    if let endpoint = pool?.endpoint {
      attempts.failed.insert(endpoint.index)
      worker.metrics.attemptRetried(rule: rule?.index ?? -1, endpoint: endpoint.index)
    }
    count(.retries)
    recordAttemptSpan()
    takeBodyBack()
    abandonAttempt(verdict)
    attempts.retries += 1
    attempts.tls = nil
    response.clear()
    responseTrailers.clear()
    if delay <= .zero { return startAttempt() }
    enter(.backingOff)
    times.backOffUntil = worker.loop.now + delay
    armTimer()
  }

  /// A kept-alive connection had been closed by its peer while the request was on its way: no failure of the
  /// endpoint's, so it is sent again at once on another connection.
  private func replayStale() {
    attempts.staleReplays += 1
    attempts.tls = nil
    attempts.needsFreshConnection = true
    count(.staleConnectionReplays)
    // Nor an attempt of its own.
    attempts.sentRequest = false
    takeBodyBack()
    abandonAttempt(.unknown)
    response.clear()
    startAttempt()
  }

  /// An answer that is accepted is tried no more: however long it goes on, its place is another's.
  func releaseRetryLimit() {
    guard attempts.holdsRetryLimit else { return }
    attempts.holdsRetryLimit = false
    service?.state.retries.release()
  }

  private func noteSkipped(_ why: RetryDecision.Reason) {
    switch why {
    case .notCovered: return
    case .exhausted:
      attempts.exhausted = true
      count(.retrySkippedAttempts)
    case .notIdempotent: count(.retrySkippedUnsafe)
    case .retryAfterTooLong: count(.retrySkippedRetryAfter)
    case .deadline: count(.retrySkippedDeadline)
    case .bodyNotReplayable:
      attempts.lacksBody = true
      count(.retrySkippedBody)
      worker.noteBodyTooLargeForReplay(service)
    }
  }

  func count(_ counter: ServiceCounter) {
    if let service { worker.metrics.add(counter, service: service.index) }
  }
}
