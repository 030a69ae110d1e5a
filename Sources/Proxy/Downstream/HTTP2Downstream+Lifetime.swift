internal import HTTP
internal import Mesh
internal import Policy
internal import Primitives
internal import Reactor
internal import Telemetry

/// The connection's events, its deadlines and its end.
extension HTTP2Downstream {
  func ready(_ readiness: Readiness) {
    link.transport.note(readiness)
    if phase == .closed { return }
    if readiness.contains(.writable) && link.transport.queued > 0 {
      link.transport.flush()
      if link.transport.queued == 0 {
        schedule()
        worker.loop.continueLater(token)
      }
    }
    if !readiness.isDisjoint(with: [.failed, .hungUp]) { return lost() }
    read()
  }

  func timerFired() {
    timer.fired()
    guard phase != .closed else { return }
    let now = worker.loop.now
    if now >= link.headerBlock.deadline { return blockTimedOut() }
    guard isAlive(now) else { return givenUp() }
    if now >= deadline { deadlinePassed() }
    guard phase != .closed else { return }
    let next = min(deadline, link.headerBlock.deadline, nextLivenessCheck)
    if next != .distantFuture { timer.ensure(by: next, token, on: worker.loop) }
  }

  private func deadlinePassed() {
    deadline = .distantFuture
    switch phase {
    case .open:
      if worker.loop.now >= endOfLife { return startDraining() }
      if active == 0 { end() }
    case .draining:
      announceEnd()
      if hasEnded { loseShut() }
    case .lingering: close()
    case .closed: break
    }
  }

  func setDeadline(after interval: Interval) {
    deadline = worker.loop.now.deadline(after: interval)
    if deadline != .distantFuture { timer.ensure(by: deadline, token, on: worker.loop) }
  }

  /// Bytes have come: a header block that they leave open is given as long as a request's head.
  func watchHeaderBlock() {
    if link.headerBlock.heard(session.openHeaderBlock, worker.loop.now, within: worker.timeouts.head) {
      timer.ensure(by: link.headerBlock.deadline, token, on: worker.loop)
    }
  }

  private func blockTimedOut() {
    session.end(.slowHeaderBlock)
    failed(.slowHeaderBlock)
  }

  /// The client took nothing of an answer for as long as it is given. One that goes on so has its connection ended, when this
  /// turn's output is written; a slow reader's others are taken.
  func stalledOnce() {
    stalled += 1
    guard stalled > door.narrowStreams else { return }
    session.end(.heldWindows)
    schedule()
  }

  /// A request has begun: a connection that is old, or has brought enough, takes only a few more.
  func requestBegan() {
    requests += 1
    if worker.loop.now >= endOfLife || door.lifetime.isReached(requests: requests) { startDraining() }
  }

  /// The worker flushes this connection when its turn ends.
  func schedule() {
    if link.isScheduled || phase == .closed { return }
    link.isScheduled = true
    worker.schedule(self)
  }

  /// No exchange is under way: how long the client may leave it so.
  func becameIdle() {
    switch phase {
    case .open:
      setDeadline(after: min(worker.timeouts.downstreamIdle, max(endOfLife - worker.loop.now, .zero)))
    case .draining, .lingering, .closed: break
    }
    schedule()
  }

  // MARK: The end

  /// A drain: the client learns that it should go elsewhere, and a moment later which of its requests were the last
  /// (RFC 9113, section 6.8: the two-step GOAWAY loses no request that is on its way).
  func startDraining() {
    guard phase == .open else { return }
    phase = .draining
    session.announceShutdown()
    setDeadline(after: worker.timeouts.lingeringClose)
    schedule()
  }

  func announceEnd() {
    session.shutDown()
    schedule()
  }

  /// Nothing more is taken or sent but the reason why.
  func end() {
    guard phase == .open || phase == .draining else { return }
    session.shutDown()
    flushFrames()
    loseExchanges()
    linger()
  }

  /// FIN after what is queued, then what the client still sends is dropped for a while.
  func linger() {
    phase = .lingering
    link.headerBlock = HeaderBlockWatch()
    link.transport.finish()
    if link.transport.hasPeerFinished && link.transport.queued == 0 { return close() }
    setDeadline(after: worker.timeouts.lingeringClose)
    worker.loop.continueLater(token)
  }

  func dropped(_ count: Int) {
    lingered += count
    if lingered > 1 << 20 { close() }
  }

  /// The connection is gone, and with it everybody who waits for an answer on it.
  /// - Parameter details: more precise than the reason's own text.
  func lost(_ reason: ErrorReason = .downstreamLeft, details: StaticString? = nil) {
    if let failure = link.transport.tlsFailure { worker.noteFailure(failure, of: peer, at: door) }
    loseExchanges(reason, details: details)
    close()
  }

  private func loseExchanges(_ reason: ErrorReason = .downstreamLeft, details: StaticString? = nil) {
    // Each takes itself out of the count.
    for stream in streams { stream.exchange?.downstreamLost(reason, details: details) }
  }

  /// The worker ends.
  func abandon() { lost(.draining) }

  func close() {
    guard phase != .closed else { return }
    phase = .closed
    timer.cancel(on: worker.loop)
    worker.metrics.subtract(.downstreamConnections)
    door.held -= 1
    worker.retire(self)
  }
}
