internal import HTTP
internal import Mesh
internal import Policy
internal import Primitives
internal import Reactor
internal import Telemetry

/// One attempt: admit → balance → connect → send. Everything that an attempt holds is given back by `endAttempt`.
extension Exchange {
  func startAttempt() {
    if attemptPhase == .backingOff { enter(.none) }
    if $service({ startAttempt(at: $0) }) == nil { reply(.noBackend) }
  }

  private func startAttempt(at service: Service) {
    let now = worker.loop.now
    if let admission = service.state.admit(now: now) {
      if !admission.isAdmitted { return attemptRefused(.breakerOpen, counting: .rejectedBreaker) }
      if admission.beginsProbing { noteBreaker(.halfOpen) }
      attempts.admission = admission
    }
    if !holdsRequestLimit {
      guard service.state.beginRequest() else {
        endAttempt(.unknown)
        return attemptRefused(.overflowRequests, counting: .rejectedRequests)
      }
      holdsRequestLimit = true
    }
    $pool = worker.balance(
      service, key: key(for: service), excluding: attempts.failed, isRetry: attempts.number > 0)
    if $pool({ startAttempt(at: $0, now) }) == nil {
      endAttempt(.unknown)
      attemptRefused(.noHealthyEndpoint, counting: .rejectedNoEndpoint)
    }
  }

  private func startAttempt(at pool: UpstreamPool, _ now: MonotonicTime) {
    pool.state.active.increment()
    attempts.holdsEndpoint = true
    attempts.number += 1
    attempts.anyResponseByte = false
    attempts.sentRequest = false
    attempts.status = 0
    attempts.reset = nil
    times.attempt = now
    let fresh = attempts.needsFreshConnection
    attempts.needsFreshConnection = false
    switch pool.acquire(for: self, fresh: fresh) {
    case .reused(let connection): connection { connectionReady($0, reused: true) }
    case .connecting(let connection): connection { connectStarted($0) }
    case .queued:
      enter(.queued)
      armTimer()
    case .overflow:
      endAttempt(.unknown)
      attemptRefused(.overflowPending, counting: .rejectedPending)
    case .failed(let error): connectFailed(error.code)
    }
  }

  func connectStarted(_ connection: any UpstreamStream) {
    enter(.connecting)
    $upstream = connection.lent
    connection.attach(self)
    armTimer()
  }

  /// A connection is there: the head and what is held of the body go out.
  func connectionReady(_ connection: any UpstreamStream, reused: Bool) {
    enter(.active)
    times.progress = worker.loop.now
    attempts.onReusedConnection = reused
    if worker.hasAccessLog { attempts.tls = connection.tls }
    $upstream = connection.lent
    connection.attach(self)
    if isUpgrade {
      guard translateUpgrade(for: connection) else {
        return upgradeImpossible(on: connection, .connectRefused)
      }
      if isUpgrade, !connection.acceptsTunnels {
        return upgradeImpossible(
          on: connection, .upgradeFailed, details: "endpoint does not offer tunnels (RFC 8441)")
      }
    }
    if grpc.isWeb { translateCall(for: connection) }
    trace.nameAttempt(in: &request, random: &worker.random)
    if times.callEnd != .distantFuture { request.setGRPCTimeout(requestDeadline - worker.loop.now) }
    connection.sendHead(request, isUpgrade: isUpgrade)
    attempts.sentRequest = true
    if !body.isEmpty {
      var held = ByteBuffer()
      swap(&held, &body)
      if !translatesCall {
        connection.sendBody(held.bytes)
      } else if !sendWebRequestBody(held.bytes) {
        return
      }
      keepForReplay(held)
    }
    // Inside the client's own read more of the body may follow at once; it flushes when it pauses.
    if requestPhase == .complete {
      if translatesCall, !isWebRequestWhole() { return }
      connection.sendEnd(trailers: requestTrailers)
      connection.flushLater()
    } else if $downstream({ $0.isDecoding }) ?? false {
      // More of the request may follow at once: it arms the timer when it pauses or ends.
      return
    } else {
      connection.flush()
      $downstream { $0.resume() }
    }
    armTimer()
  }

  /// Of all that wait for the service this one comes first: it takes the connection that is free, wherever it leads.
  func move(to other: UpstreamPool) {
    guard let pool, pool !== other else { return }
    pool.state.active.decrement()
    other.state.active.increment()
    self.pool = other
  }

  /// The connection that it waits for turns out to be one of HTTP/2.
  func move(to connection: HTTP2Upstream) {
    upstream = nil
    connection.stream(needingSettings: isUpgrade) { connectStarted($0) }
  }

  /// How an attempt looked to those who judge endpoints.
  enum Verdict { case success, failure, unknown }

  /// The verdict on a failure now: one that waited in our own queue never met the endpoint.
  var failure: Verdict { attemptPhase == .queued ? .unknown : .failure }

  /// Goes on to another phase of the attempt: the time that the last one took is added up.
  func enter(_ phase: AttemptPhase) {
    let now = worker.loop.now
    times.leave(attemptPhase, at: now)
    attemptPhase = phase
  }

  /// What decides where the request goes, where the service has it decide.
  @inline(__always)
  func key(for service: Service) -> UInt64? {
    service.settings.balancing == .ringHash ? hashKey(for: service) : nil
  }

  private func hashKey(for service: Service) -> UInt64? {
    $downstream { service.settings.hashKey.value(of: request, from: $0.peer) } ?? nil
  }

  /// Gives back what the attempt holds and tells the breaker. The connection is dealt with by the caller.
  func endAttempt(_ verdict: Verdict) {
    let now = worker.loop.now
    if attemptPhase == .tunnel { worker.metrics.subtract(.tunnels) }
    enter(.none)
    attempts.holdsHead = false
    if attempts.holdsEndpoint {
      attempts.holdsEndpoint = false
      $pool { pool in
        pool.state.active.decrement()
        countAttempt(at: pool.endpoint.index, verdict)
      }
    }
    if let admission = attempts.admission {
      attempts.admission = nil
      $service { tellBreaker(of: $0, admission, verdict, now) }
    }
  }

  /// One that waited in our own queue, or for which we had no descriptor, was none of the endpoint's; and it is its
  /// failure only where it has failed, not where the client has.
  private func countAttempt(at endpoint: Int, _ verdict: Verdict) {
    guard attempts.sentRequest || verdict == .failure else { return }
    metrics.attemptEnded(endpoint, failed: verdict == .failure || attempts.status >= 500)
  }

  private func tellBreaker(
    of service: Service, _ admission: Admission, _ verdict: Verdict, _ now: MonotonicTime
  ) {
    switch verdict {
    case .success: noteBreaker(service.state.record(admission, success: true, now: now))
    case .failure: noteBreaker(service.state.record(admission, success: false, now: now))
    case .unknown: service.state.cancel(admission)
    }
  }

  /// Seldom: between two times that one breaker opens lies `openFor`.
  private func noteBreaker(_ transition: BreakerState?) {
    switch transition {
    case .open: Log.warning("circuit breaker opened", ["service": .string(service?.name ?? "")])
    case .halfOpen: Log.info("circuit breaker half-open", ["service": .string(service?.name ?? "")])
    case .closed: Log.info("circuit breaker closed", ["service": .string(service?.name ?? "")])
    case nil: break
    }
  }

  /// Leaves the attempt where it is: out of the queue, the connection closed, since half a message is on it.
  func abandonAttempt(_ verdict: Verdict) {
    if attemptPhase == .queued { pool?.cancelWait(self) }
    endAttempt(verdict)
    dropUpstream()
  }

  /// The attempt has failed: what another one needs of the body is taken back before the connection goes.
  func loseUpstream() {
    takeBodyBack()
    dropUpstream()
  }

  /// Half a message is on the connection: nobody uses it again.
  private func dropUpstream() {
    let connection = $upstream
    upstream = nil
    connection { $0.close() }
  }

  private func attemptRefused(_ reason: ErrorReason, counting counter: ServiceCounter) {
    count(counter)
    reply(reason)
  }
}
