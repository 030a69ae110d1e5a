internal import HTTP
internal import Mesh
internal import Policy
internal import Primitives
internal import Reactor
internal import Telemetry

/// The connection from its connect to its end.
extension HTTP2Upstream {
  func ready(_ readiness: Readiness) {
    link.transport.note(readiness)
    switch phase {
    case .connecting:
      if isSecuring {
        if readiness.contains(.writable) { link.transport.flush() }
        secure()
      } else {
        connected(readiness)
      }
    case .open, .retiring:
      if readiness.contains(.writable) && link.transport.queued > 0 {
        link.transport.flush()
        if link.transport.queued == 0 { schedule() }
      }
      read()
    case .closed: break
    }
  }

  func timerFired() {
    timer.fired()
    if phase == .closed { return }
    let now = worker.loop.now
    if phase == .connecting {
      return deadline <= now
        ? connectTimedOut() : timer.ensure(by: deadline, token, on: worker.loop)
    }
    if now >= link.headerBlock.deadline { return blockTimedOut() }
    if active == 0, deadline <= now { return retire() }
    guard isAlive(now) else { return givenUp() }
    let next = min(active == 0 ? deadline : .distantFuture, link.headerBlock.deadline, nextLivenessCheck)
    if next != .distantFuture { timer.ensure(by: next, token, on: worker.loop) }
  }

  /// Bytes have come: a header block that they leave open holds up every other stream, and is given as long as a
  /// request's head.
  func watchHeaderBlock() {
    if link.headerBlock.heard(session.openHeaderBlock, worker.loop.now, within: worker.timeouts.head) {
      timer.ensure(by: link.headerBlock.deadline, token, on: worker.loop)
    }
  }

  private func blockTimedOut() {
    session.end(.slowHeaderBlock)
    failed(.slowHeaderBlock)
  }

  private func connected(_ readiness: Readiness) {
    guard !readiness.isDisjoint(with: [.writable, .failed, .hungUp]) else { return }
    let code = link.transport.finishConnect()
    if code != 0 { return connectEnded { $0.connectFailed(code) } }
    guard let tls = pool.service.tls else { return opened() }
    isSecuring = true
    guard link.transport.secure(tls.contexts.current, resuming: pool.sessions, on: worker.loop) else {
      return secureFailed(TLSFailure(.internalError))
    }
    secure()
  }

  private func secure() {
    switch link.transport.handshake() {
    case .underWay: break
    case .failed(let failure): secureFailed(failure)
    case .complete:
      isSecuring = false
      pool.noteHandshake(link.transport.tlsDetails)
      if link.transport.tlsDetails?.applicationProtocol == .h2 { return opened() }
      // It did speak HTTP/2 when it was asked last.
      pool.learn(nil)
      secureFailed(TLSFailure(.noApplicationProtocol))
    }
  }

  private func secureFailed(_ failure: TLSFailure) {
    worker.noteFailure(failure, of: pool.endpoint, in: pool.service)
    connectEnded { $0.secureFailed(failure) }
  }

  private func connectTimedOut() {
    if isSecuring { secureFailed(TLSFailure(.timedOut)) } else { connectEnded { $0.connectTimedOut() } }
  }

  func opened() {
    phase = .open
    deadline = .distantFuture
    health.heard(worker.loop.now)
    if nextLivenessCheck != .distantFuture { timer.ensure(by: nextLivenessCheck, token, on: worker.loop) }
    schedule()
    serveWaiting()
    if active == 0 { isWornOut ? retire() : becameIdle() }
    // What came with the connect is reported only once.
    if link.transport.isReadable { worker.loop.continueLater(token) }
  }

  /// Exchanges that have waited for the connection, or for what the endpoint says about itself.
  func serveWaiting() {
    for stream in streams where stream.isWaiting && (isSettled || !stream.needsSettings) {
      stream.connectionOpened()
    }
  }

  private func connectEnded(_ tell: (Exchange) -> Void) {
    let waiting = streams.compactMap { $0.isWaiting ? $0.exchange : nil }
    end()
    for exchange in waiting { tell(exchange) }
  }

  // MARK: The end

  /// Nothing new begins here: the connection ends when the last exchange has.
  func retire() {
    guard phase == .open else { return phase == .connecting && active == 0 ? end() : () }
    phase = .retiring
    countIdle(false)
    pool.forget(self)
    if active == 0 { sayGoodbye() }
  }

  func sayGoodbye() {
    session.shutDown()
    schedule()
  }

  /// The connection is gone, and with it every answer that was still to come on it.
  /// - Parameter details: more precise than "reset" or "closed"; nil: what the endpoint's GOAWAY has said, if anything.
  func lost(reset: Bool, details: StaticString? = nil) {
    guard phase != .closed else { return }
    let details = details ?? goAwayDetails
    let failure = link.transport.tlsFailure
    if let failure { worker.noteFailure(failure, of: pool.endpoint, in: pool.service) }
    let all = streams
    end()
    for stream in all {
      stream.lost(reset: reset, failure, session.failure, details: details)
      stream.connectionEnded()
    }
  }

  func end() {
    guard phase != .closed else { return }
    if active == 0 { link.transport.sayGoodbye() }
    phase = .closed
    countIdle(false)
    pool.forget(self)
    timer.cancel(on: worker.loop)
    worker.metrics.subtract(.connectionsActive, service: pool.service.index)
    pool.endpoint.state.connections.decrement()
    pool.service.state.connections.release()
    worker.retire(self)
  }
}
