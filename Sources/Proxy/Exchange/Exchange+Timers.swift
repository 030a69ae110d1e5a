internal import HTTP
internal import Mesh
internal import Policy
internal import Primitives
internal import Reactor
internal import Telemetry

/// Deadlines: one timer an exchange, at the earliest of those that apply.
extension Exchange {
  /// When the whole exchange must be over. It counts from the request's last byte, as Envoy's route timeout does;
  /// without one in the rule, the default bounds only the wait for the answer's head, so that long bodies may be long.
  ///
  /// A call's own deadline holds from its head on, and where the rule says nothing it stands in the default's place.
  var requestDeadline: MonotonicTime {
    let callEnd = times.callEnd
    guard requestPhase == .complete else { return callEnd }
    if let whole = rule?.timeouts.request { return min(callEnd, times.requestEnd.deadline(after: whole)) }
    if callEnd != .distantFuture { return callEnd }
    return isWaitingForHead ? times.requestEnd.deadline(after: worker.timeouts.request) : .distantFuture
  }

  private var isWaitingForHead: Bool { responsePhase == .none && !attempts.holdsHead }

  private var tryDeadline: MonotonicTime {
    guard isWaitingForHead, attempts.number > 0 else { return .distantFuture }
    return times.attempt.deadline(after: rule?.timeouts.backendRequest ?? worker.timeouts.perTry)
  }

  func armTimer() {
    noteWaitForBody()
    let deadline: MonotonicTime =
      switch attemptPhase {
      case .backingOff: min(times.backOffUntil, requestDeadline)
      case .queued, .connecting, .active:
        min(min(requestDeadline, tryDeadline), min(stallDeadline, placeDeadline))
      case .tunnel: stallDeadline
      case .none: responsePhase == .flushing ? min(stallDeadline, placeDeadline) : .distantFuture
      }
    timer.ensure(by: min(deadline, bodyDeadline), token, on: worker.loop)
  }

  func timerFired() {
    timer.fired()
    guard downstream != nil else { return }
    let now = worker.loop.now
    if bodyDeadline <= now { return endExchange(.bodyTooSlow, .unknown) }
    switch attemptPhase {
    case .backingOff:
      if requestDeadline <= now { return timedOut(.requestTimeout, .requestTimeout) }
      if times.backOffUntil <= now { return startAttempt() }
    case .queued, .connecting, .active:
      if requestDeadline <= now { return timedOut(.requestTimeout, .requestTimeout) }
      if tryDeadline <= now { return tryTimedOut() }
      if keepsPlaceFromOthers(now) { return giveWay() }
      if hasStalled(now) { return stalled() }
    case .tunnel:
      if hasStalled(now) { return tunnelStalled() }
    case .none:
      guard responsePhase == .flushing else { break }
      if keepsPlaceFromOthers(now) { return giveWay() }
      if hasStalled(now) { return downstreamLost(.downstreamStalled) }
    }
    armTimer()
  }

  private func tryTimedOut() {
    count(.perTryTimeout)
    doubtEndpoint(silentFrom: times.phase)
    if attemptPhase == .queued { pool?.cancelWait(self) }
    loseUpstream()
    attemptFailed(.timeout, wasSent: attempts.sentRequest, .perTryTimeout)
  }

  /// Where it has not said a word on the connection, to nobody, the next attempt had better not go there.
  private func doubtEndpoint(silentFrom start: MonotonicTime) {
    if attemptPhase == .active { $upstream { $0.waitedInVain(from: start) } }
  }

  private func timedOut(_ reason: ErrorReason, _ counter: ServiceCounter) {
    count(counter)
    doubtEndpoint(silentFrom: reason == .idleTimeout ? times.progress : times.phase)
    // Said plainly, lest somebody looks for it among our own settings.
    let isCallersOwn = reason == .requestTimeout && times.callEnd <= worker.loop.now
    endExchange(reason, failure, details: isCallersOwn ? "deadline of the call (grpc-timeout)" : nil)
  }

  private func giveWay() {
    downstreamLost(.downstreamStalled, details: "client took nothing of the answer while others waited")
  }

  /// The client does not read, or does not send its body, or the endpoint does not do its part. Only the last is
  /// held against the endpoint.
  private func stalled() {
    if responsePhase != .none, responseRoom <= 0 { return downstreamLost(.downstreamStalled) }
    if requestPhase != .complete, requestRoom > 0 { return endExchange(.bodyTimeout, .unknown) }
    timedOut(.idleTimeout, .idleTimeout)
  }

  private func endExchange(_ reason: ErrorReason, _ verdict: Verdict, details: StaticString? = nil) {
    abandonAttempt(verdict)
    if responsePhase == .none { return replyNow(reason, details: details) }
    answer.reason = reason
    answer.details = details
    breakOff()
  }
}
