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
    case .connecting: connected(readiness)
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
        ? connectEnded { $0.connectTimedOut() } : timer.ensure(by: deadline, token, on: worker.loop)
    }
    if now >= link.headerBlock.deadline { return blockTimedOut() }
    if active == 0, deadline <= now { return retire() }
    switch health.check(now, every: pool.service.http2.pingInterval, within: pool.service.http2.pingTimeout) {
    case .nothing: break
    case .ping:
      session.ping()
      schedule()
    case .dead: return lost(reset: true)
    }
    let next = min(
      active == 0 ? deadline : .distantFuture, link.headerBlock.deadline,
      health.next(pool.service.http2.pingInterval, pool.service.http2.pingTimeout))
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
    session.shutDown(.enhanceYourCalm)
    sendFrames()
    lost(reset: true)
  }

  private func connected(_ readiness: Readiness) {
    guard !readiness.isDisjoint(with: [.writable, .failed, .hungUp]) else { return }
    let code = link.transport.finishConnect()
    if code != 0 { return connectEnded { $0.connectFailed(code) } }
    phase = .open
    deadline = .distantFuture
    health.heard(worker.loop.now)
    if pool.service.http2.pingInterval != .zero {
      timer.ensure(by: worker.loop.now + pool.service.http2.pingInterval, token, on: worker.loop)
    }
    schedule()
    serveWaiting()
    if active == 0 { becameIdle() }
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
    session.shutDown(.noError)
    schedule()
  }

  /// The connection is gone, and with it every answer that was still to come on it.
  func lost(reset: Bool) {
    guard phase != .closed else { return }
    let all = streams
    end()
    for stream in all {
      stream.lost(reset: reset)
      stream.connectionEnded()
    }
  }

  func end() {
    guard phase != .closed else { return }
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
