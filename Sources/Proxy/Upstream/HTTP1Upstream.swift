internal import HTTP
internal import Mesh
internal import Policy
internal import Primitives
internal import Reactor
internal import Telemetry

/// One HTTP/1 connection to an endpoint: connecting, then serving one exchange at a time or lying idle in its pool.
///
/// It turns bytes into the exchange's events and knows nothing of routes, retries or clients.
final class HTTP1Upstream {
  enum Phase {
    case connecting
    /// The TLS handshake.
    case securing
    case idle
    case active
    /// Raw bytes after a 101: never pooled again.
    case tunnel
    case closed
  }

  let worker: Worker
  let pool: UpstreamPool
  // The worker's; held here, they are used without being counted.
  let loop: EventLoop
  let readBuffer: ReadBuffer
  let gatherer: OutputGatherer
  private(set) var token = Token.none
  var phase = Phase.connecting
  @Lent var exchange: Exchange?
  /// Exchanges that this connection has completed; above 0 it may have grown stale.
  var served = 0
  /// The loop's turns in which it was taken from the pool, and given back, last.
  var attachedTurn: UInt64 = 0
  var idleTurn: UInt64 = 0
  /// When it has grown too old.
  let endOfLife: MonotonicTime

  var transport: Transport
  var decoder: HTTP1Decoder
  /// An incomplete head or chunk line that the next read continues.
  var rest = ByteBuffer()
  private var timer = LazyTimer()
  private var deadline: MonotonicTime
  /// Bytes that the connection had carried before the present exchange.
  var sentBefore: UInt64 = 0
  /// How the request's body is delimited.
  var framing = Framing.none
  /// The whole request waits in `gatherer`.
  var isWaiting = false

  init(pool: UpstreamPool, socket: consuming Socket) {
    worker = pool.worker
    self.pool = pool
    loop = worker.loop
    readBuffer = loop.readBuffer
    gatherer = worker.toUpstream
    transport = Transport(socket, connected: false)
    decoder = HTTP1Decoder(role: .client, limits: pool.worker.snapshot.settings.limits)
    endOfLife = pool.service.lifetime.end(from: loop.now, random: &pool.worker.random)
    deadline = loop.now.deadline(after: pool.service.connectTimeout)
  }

  /// Enters the worker's slab and loop, and bounds the connect.
  func register() throws(SystemError) {
    token = try worker.upstreams.insert(self) { token throws(SystemError) in
      try loop.register(transport.descriptor, token: token)
    }
    worker.metrics.add(.connectionsCreated, service: pool.service.index)
    worker.metrics.add(.connectionsActive, service: pool.service.index)
    pool.endpoint.state.connections.increment()
    timer.ensure(by: deadline, token, on: loop)
  }

  /// Neither closed nor about to be: what a pool may hand out.
  var isUsable: Bool {
    phase == .idle && !transport.hasPeerFinished && transport.writeError == 0 && !hasServedEnough
  }
  var hasServedEnough: Bool {
    pool.service.lifetime.isReached(requests: served) || loop.now >= endOfLife
  }

  /// In the pool: it ends when nothing has used it for the service's idle timeout.
  func becameIdle() {
    deadline = min(endOfLife, loop.now.deadline(after: pool.service.idleTimeout))
    timer.ensure(by: deadline, token, on: loop)
  }

  /// - Parameter offeringSlot: whoever waits on other workers may take its place before those who wait here.
  func end(offeringSlot: Bool = false) {
    guard phase != .closed else { return }
    let wasIdle = phase == .idle
    // Half a message may have been put together for it.
    gatherer.drop(token)
    phase = .closed
    exchange = nil
    if wasIdle {
      transport.sayGoodbye()
      pool.forget(self)
    }
    timer.cancel(on: loop)
    worker.metrics.subtract(.connectionsActive, service: pool.service.index)
    pool.endpoint.state.connections.decrement()
    pool.service.state.connections.release()
    worker.retire(self, offeringSlot: offeringSlot)
  }

  // MARK: Events of the loop

  func ready(_ readiness: Readiness) {
    transport.note(readiness)
    switch phase {
    case .connecting: connected(readiness)
    case .securing:
      if readiness.contains(.writable) { transport.flush() }
      secure()
    case .idle:
      // Whatever comes now was not asked for, or is the end.
      if transport.isReadable { idleRead() }
    case .active, .tunnel:
      // Of TLS it may be a ticket, which is nobody's answer.
      if isOlderThanRequest(readiness), !transport.isSecure || transport.hasUnread() {
        exchange?.upstreamLost(reset: !readiness.contains(.peerFinished))
        return
      }
      if readiness.contains(.writable) && transport.queued > 0 {
        transport.flush()
        if transport.queued == 0 { exchange?.upstreamDrained() }
      }
      read()
    case .closed: break
    }
  }

  /// Whether bytes, or an end, were there before this exchange was: reported in the turn in which it took the
  /// connection from the pool, by a wait that had returned before. Whatever they are, they are no answer to it.
  private func isOlderThanRequest(_ readiness: Readiness) -> Bool {
    let turn = loop.turns
    // In the turn in which the exchange before ended here, the report may be of the end of its answer.
    return attachedTurn == turn && idleTurn != turn && served > 0 && phase == .active
      && readiness.contains(.readable) && readiness.isDisjoint(with: [.failed, .hungUp])
  }

  func timerFired() {
    timer.fired()
    guard phase == .connecting || phase == .securing || phase == .idle else { return }
    if loop.now < deadline { return timer.ensure(by: deadline, token, on: loop) }
    if phase == .securing {
      secureFailed(TLSFailure(.timedOut))
    } else if phase == .connecting {
      let exchange = self.exchange
      close()
      exchange?.connectTimedOut()
    } else {
      close()
    }
  }

  private func connected(_ readiness: Readiness) {
    guard !readiness.isDisjoint(with: [.writable, .failed, .hungUp]) else { return }
    let code = transport.finishConnect()
    if code != 0 {
      let exchange = self.exchange
      close()
      exchange?.connectFailed(code)
      return
    }
    guard let tls = pool.service.tls else { return opened() }
    phase = .securing
    guard transport.secure(tls.contexts.current, resuming: pool.sessions, on: loop) else {
      return secureFailed(TLSFailure(.internalError))
    }
    secure()
  }

  private func secure() {
    switch transport.handshake() {
    case .underWay: break
    case .failed(let failure): secureFailed(failure)
    case .complete:
      pool.noteHandshake(transport.tlsDetails)
      if pool.service.asksForProtocol {
        if transport.tlsDetails?.applicationProtocol == .h2 { return becomeHTTP2() }
        pool.learn(.http11)
      }
      opened()
      // The handshake's last messages leave with the request, where there is one.
      if phase != .closed { transport.flush() }
    }
  }

  /// The endpoint has chosen HTTP/2: its connection goes on as that, and keeps its place within the limits.
  private func becomeHTTP2() {
    let exchange = self.exchange
    self.exchange = nil
    phase = .closed
    timer.cancel(on: loop)
    worker.forget(self)
    do throws(SystemError) {
      try pool.adopt(transport.take(), for: exchange)
    } catch {
      worker.metrics.subtract(.connectionsActive, service: pool.service.index)
      pool.endpoint.state.connections.decrement()
      pool.service.state.connections.release()
      exchange?.connectFailed(error.code)
    }
  }

  private func secureFailed(_ failure: TLSFailure) {
    worker.noteFailure(failure, of: pool.endpoint, in: pool.service)
    let exchange = self.exchange
    close()
    exchange?.secureFailed(failure)
  }

  private func opened() {
    if let exchange {
      phase = .active
      exchange.connectionReady(self, reused: false)
    } else {
      phase = .idle
      pool.release(self)
    }
    // What came with the connect is reported only once.
    if phase != .closed, transport.isReadable { loop.continueLater(token) }
  }

  private func idleRead() {
    switch transport.receive(into: readBuffer) {
    case .wouldBlock: break
    case .bytes, .ended, .failed: close()
    }
  }
}
