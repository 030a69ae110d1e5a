internal import HTTP
internal import Mesh
internal import Policy
internal import Primitives
internal import Reactor
internal import Telemetry

/// One HTTP/2 connection to an endpoint, shared by the exchanges of all of a worker's clients, each on a stream.
final class HTTP2Upstream {
  enum Phase {
    case connecting
    case open
    /// The endpoint takes nothing new here, or we give it nothing new; what is under way is finished.
    case retiring
    case closed
  }

  let worker: Worker
  let pool: UpstreamPool
  private(set) var token = Token.none
  var phase = Phase.connecting
  var link: HTTP2Link
  /// By tag; those without an exchange are used again.
  var streams: [HTTP2UpstreamStream] = []
  var spare: [HTTP2UpstreamStream] = []
  /// Exchanges that have a stream here, or wait for one.
  var active = 0
  /// Exchanges that this connection has begun.
  var served = 0
  /// Whether the endpoint's settings have come.
  var isSettled = false
  private var isCountedIdle = false

  /// What this turn's bytes have touched: told when all of them are handled.
  var touched: [HTTP2UpstreamStream] = []

  private var timer = LazyTimer()
  private var deadline: MonotonicTime
  private let endOfLife: MonotonicTime
  var health = PingWatch()

  init(pool: UpstreamPool, socket: consuming Socket) {
    worker = pool.worker
    self.pool = pool
    link = HTTP2Link(
      Transport(socket, connected: false),
      HTTP2Session(
        role: .client, settings: HTTP2Settings(pool.service.http2),
        limits: pool.worker.snapshot.settings.limits,
        pool: pool.worker.http2Streams))
    endOfLife = pool.service.lifetime.end(from: pool.worker.loop.now, random: &pool.worker.random)
    deadline = pool.worker.loop.now.deadline(after: pool.service.connectTimeout)
  }

  /// Enters the worker's slab and loop, and bounds the connect.
  func register() throws(SystemError) {
    token = worker.http2Upstreams.insert(self)
    do throws(SystemError) {
      try worker.loop.register(link.transport.descriptor, token: token)
    } catch {
      worker.http2Upstreams.remove(token)
      throw error
    }
    worker.metrics.add(.connectionsCreated, service: pool.service.index)
    worker.metrics.add(.connectionsActive, service: pool.service.index)
    pool.endpoint.state.connections.increment()
    timer.ensure(by: deadline, token, on: worker.loop)
  }

  /// Whether a further exchange can have a stream here.
  var hasRoom: Bool {
    switch phase {
    case .connecting: active < mostStreams
    case .open:
      !isWornOut && active < mostStreams && link.session.canStartRequest
        && !link.transport.hasPeerFinished && link.transport.writeError == 0
    case .retiring, .closed: false
    }
  }

  /// It has carried enough, or is too old, for the service.
  private var isWornOut: Bool {
    pool.service.lifetime.isReached(requests: served) || worker.loop.now >= endOfLife
  }

  /// The endpoint's bound, which is taken to be what it was on other connections until it is told, and our own.
  private var mostStreams: Int {
    let granted = isSettled ? link.session.peerMaxConcurrentStreams : pool.grantedStreams
    return min(granted, pool.service.http2.maxConcurrentStreams)
  }

  var isIdle: Bool { active == 0 && phase != .closed }

  // MARK: Streams

  /// A place for an exchange: it waits until the connection is open, or has said what the exchange must know.
  func stream(needingSettings: Bool) -> HTTP2UpstreamStream {
    let stream: HTTP2UpstreamStream
    if let used = spare.popLast() {
      stream = used
    } else {
      stream = HTTP2UpstreamStream(connection: self, tag: streams.count)
      streams.append(stream)
    }
    stream.begin(waiting: phase == .connecting || needingSettings && !isSettled)
    if isCountedIdle { countIdle(false) }
    active += 1
    return stream
  }

  /// An exchange has left its stream.
  func left() {
    active -= 1
    switch phase {
    case .closed: return
    case .retiring: if active == 0 { sayGoodbye() }
    // Nobody waits for it any more; it opens all the same, for the next.
    case .connecting: pool.serveWaiting(on: self)
    case .open:
      if active == 0 { becameIdle() }
      if isWornOut { retire() } else { pool.serveWaiting(on: self) }
    }
  }

  private func becameIdle() {
    countIdle(true)
    deadline = worker.loop.now.deadline(after: pool.service.idleTimeout)
    timer.ensure(by: deadline, token, on: worker.loop)
  }

  private func countIdle(_ isIdle: Bool) {
    guard isCountedIdle != isIdle else { return }
    isCountedIdle = isIdle
    worker.metrics.add(.connectionsIdle, service: pool.service.index, isIdle ? 1 : -1)
  }

  /// The worker flushes this connection when its turn ends.
  func schedule() {
    if link.isScheduled || phase == .closed || phase == .connecting { return }
    link.isScheduled = true
    worker.schedule(self)
  }

  // MARK: Events of the loop

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
    if active == 0, deadline <= now { return retire() }
    switch health.check(now, every: pool.service.http2.pingInterval, within: pool.service.http2.pingTimeout) {
    case .nothing: break
    case .ping:
      link.session.ping()
      schedule()
    case .dead: return lost(reset: true)
    }
    let next = min(
      active == 0 ? deadline : .distantFuture,
      health.next(pool.service.http2.pingInterval, pool.service.http2.pingTimeout))
    if next != .distantFuture { timer.ensure(by: next, token, on: worker.loop) }
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

  private func sayGoodbye() {
    link.session.shutDown(.noError)
    schedule()
  }

  /// The connection is gone, and with it every answer that was still to come on it.
  func lost(reset: Bool) {
    guard phase != .closed else { return }
    let all = streams
    end()
    for stream in all { stream.lost(reset: reset) }
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
    // They know their connection: it goes when they do.
    streams = []
    spare = []
    touched = []
  }
}
