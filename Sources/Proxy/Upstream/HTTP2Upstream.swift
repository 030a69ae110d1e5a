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

  /// So many more requests may be given up than are answered. Servers end a connection on which that goes on, and with it
  /// what others have under way: whoever comes after has another connection, and those who are here keep theirs. Less than
  /// what our own server forgives a connection that has just begun, with as many as are under way.
  private static let mostCancelled = 100

  /// Bytes of heads and of other frames than DATA that may wait for an endpoint which takes nothing.
  static let mostQueued = 64 << 10

  let worker: Worker
  let pool: UpstreamPool
  private(set) var token = Token.none
  var phase = Phase.connecting
  var link: HTTP2Link
  let session: HTTP2Session
  /// By tag; those without an exchange are used again.
  var streams: [HTTP2UpstreamStream] = []
  /// The same, without references that are counted.
  var lent: [Lent<HTTP2UpstreamStream>] = []
  var spare: [Lent<HTTP2UpstreamStream>] = []
  /// Exchanges that have a stream here, or wait for one.
  var active = 0
  /// Exchanges that this connection has begun.
  var served = 0
  /// Requests that were given up here, less those that were answered.
  var cancelled = 0
  /// Whether the endpoint's settings have come.
  var isSettled = false
  /// What the endpoint has found wrong with the connection: nil where it has said nothing of the kind.
  var goAwayDetails: StaticString?
  private var isCountedIdle = false
  /// Connected, and the TLS handshake is under way.
  var isSecuring = false

  /// What this turn's bytes have touched: told when all of them are handled.
  var touched: [Lent<HTTP2UpstreamStream>] = []

  var timer = LazyTimer()
  /// The connect's, then the idle connection's.
  var deadline: MonotonicTime
  private let endOfLife: MonotonicTime
  var health = PingWatch()

  init(pool: UpstreamPool, transport: consuming Transport) {
    worker = pool.worker
    self.pool = pool
    session = HTTP2Session(
      role: .client, settings: HTTP2Settings(pool.service.http2), limits: worker.snapshot.settings.limits,
      pool: worker.http2Streams)
    link = HTTP2Link(transport, session)
    session.isSecure = pool.service.tls != nil
    endOfLife = pool.service.lifetime.end(from: pool.worker.loop.now, random: &pool.worker.random)
    deadline = pool.worker.loop.now.deadline(after: pool.service.connectTimeout)
  }

  /// Enters the worker's slab and loop, and bounds the connect.
  /// - Parameter isKnown: the loop, and those who count connections, know it under another name.
  func register(isKnown: Bool = false) throws(SystemError) {
    token = try worker.http2Upstreams.insert(self) { token throws(SystemError) in
      if isKnown {
        try worker.loop.rename(link.transport.descriptor, token: token)
      } else {
        try worker.loop.register(link.transport.descriptor, token: token)
      }
    }
    if isKnown { return }
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
      !health.isSuspect && !isWornOut && !isClogged && active < mostStreams && session.canStartRequest
        && !link.transport.hasPeerFinished && link.transport.writeError == 0
    case .retiring, .closed: false
    }
  }

  /// The endpoint takes nothing, and much waits for it. A stream that its client has reset is over at once and does not
  /// count any more, but its head and its reset may stand here still.
  var isClogged: Bool { link.transport.queued > 0 && session.queuedFrames >= Self.mostQueued }

  /// It has carried enough, or is too old, for the service.
  var isWornOut: Bool {
    pool.isRetired || pool.service.lifetime.isReached(requests: served) || worker.loop.now >= endOfLife
  }

  /// The endpoint's bound, which is taken to be what it was on other connections until it is told, and our own.
  private var mostStreams: Int {
    let granted = isSettled ? session.peerMaxConcurrentStreams : pool.grantedStreams
    return min(granted, pool.service.http2.maxConcurrentStreams)
  }

  var isIdle: Bool { active == 0 && phase != .closed && !isAwaited }

  /// The endpoint takes no stream here at present: whoever asks for one waits until it says otherwise.
  var isAwaited: Bool { phase == .open && isSettled && session.peerMaxConcurrentStreams == 0 }

  // MARK: Streams

  /// A place for an exchange: it waits until the connection is open, or has said what the exchange must know.
  func stream<Result>(needingSettings: Bool, _ body: (HTTP2UpstreamStream) -> Result) -> Result? {
    let stream = spare.popLast() ?? newStream()
    stream { $0.begin(waiting: phase == .connecting || needingSettings && !isSettled) }
    if isCountedIdle { countIdle(false) }
    active += 1
    return stream(body)
  }

  private func newStream() -> Lent<HTTP2UpstreamStream> {
    let stream = HTTP2UpstreamStream(connection: self, tag: streams.count)
    streams.append(stream)
    lent.append(Lent(stream))
    return Lent(stream)
  }

  /// The endpoint was told to stop what it had been asked for.
  func cancelledOne() {
    cancelled += 1
    if cancelled >= Self.mostCancelled { retire() }
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
      // Who waits elsewhere has more use for its place than anybody for a warm connection.
      if isIdle, phase == .open, pool.isWantedElsewhere { retire() }
    }
  }

  func becameIdle() {
    countIdle(true)
    deadline = worker.loop.now.deadline(after: pool.service.idleTimeout)
    timer.ensure(by: deadline, token, on: worker.loop)
  }

  func countIdle(_ isIdle: Bool) {
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
}
