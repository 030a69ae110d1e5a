internal import HTTP
internal import Mesh
internal import Policy
internal import Primitives
internal import Reactor
internal import Telemetry

/// One client's HTTP/1 connection: turns bytes into the exchange's events, one exchange at a time, in order.
///
/// While an exchange is being answered nothing more is read: what the client sends next waits in the kernel.
final class HTTP1Downstream {
  enum Phase {
    /// Between requests; may be closed at any time.
    case idle
    /// The first bytes of a head have come.
    case readingHead
    /// A request's body is coming, its answer may be too.
    case readingBody
    /// The request is complete, its answer is not.
    case answering
    /// Raw bytes both ways after a 101.
    case tunnel
    /// All was said; what the client still sends is read and dropped for a while, so that it sees the answer.
    case lingering
    case closed
  }

  let worker: Worker
  // The worker's; held here, they are used without being counted.
  let loop: EventLoop
  let readBuffer: ReadBuffer
  let gatherer: OutputGatherer
  let door: Door
  let peer: SocketAddress
  /// Set once, by whoever has verified the client's certificate, before the first request.
  var client: AuthenticatedClient?
  private(set) var token = Token.none
  var phase = Phase.idle
  @Lent var exchange: Exchange?
  /// Requests that this connection has brought.
  var requests = 0
  /// When it has grown too old.
  let endOfLife: MonotonicTime

  var transport: Transport
  var decoder: HTTP1Decoder
  /// Bytes that were read but not yet used: an incomplete line, or the next request of a pipeline.
  var rest = ByteBuffer()
  /// How the answer's body is delimited.
  var framing = Framing.none
  private var timer = LazyTimer()
  var deadline = MonotonicTime.distantFuture
  @Short var lingered = 0
  var isDecoding = false
  /// Some of the present answer may have left.
  var hasBegunAnswer = false
  /// A whole answer waits in `gatherer`.
  var isWaiting = false
  /// Its client was asked to go elsewhere, or is with the next answer.
  var isLeaving = false

  init(worker: Worker, door: Door, transport: consuming Transport, peer: SocketAddress) {
    self.worker = worker
    loop = worker.loop
    readBuffer = worker.loop.readBuffer
    gatherer = worker.toDownstream
    self.door = door
    self.peer = peer
    endOfLife = door.lifetime.end(from: loop.now, random: &worker.random)
    self.transport = transport
    decoder = HTTP1Decoder(role: .server, limits: worker.snapshot.settings.limits)
  }

  /// Enters the worker's slab and loop.
  /// - Parameter isKnown: the loop knows the descriptor under another name.
  func register(isKnown: Bool = false) throws(SystemError) {
    token = try worker.downstreams.insert(self) { token throws(SystemError) in
      if isKnown {
        try loop.rename(transport.descriptor, token: token)
      } else {
        try loop.register(transport.descriptor, token: token)
      }
    }
    worker.metrics.add(.downstreamConnections)
    door.held += 1
    setDeadline(after: worker.timeouts.head)
    if isKnown, door.isDraining || door.isClosing { startDraining() }
  }

  // MARK: Events of the loop

  func ready(_ readiness: Readiness) {
    transport.note(readiness)
    if phase == .closed { return }
    if readiness.contains(.writable) && transport.queued > 0 {
      transport.flush()
      if transport.queued == 0 { drained() }
    }
    if !readiness.isDisjoint(with: [.failed, .hungUp]), let exchange, phase != .tunnel {
      // Both directions are gone: nobody will read an answer.
      return exchange.downstreamLost()
    }
    read()
    // A reset behind bytes for which a tunnel has no room would not be seen before its idle timeout.
    if phase == .tunnel && readiness.contains(.failed) { lost() }
  }

  func timerFired() {
    timer.fired()
    guard phase != .closed, deadline != .distantFuture else { return }
    if loop.now < deadline { return timer.ensure(by: deadline, token, on: loop) }
    switch phase {
    case .idle:
      // It has not taken its last answer: that one must not look like a whole one.
      if transport.queued > 0 { transport.resetOnClose() } else { transport.sayGoodbye() }
      close()
    case .readingHead: exchange?.refuseUnread(.headTimeout)
    case .lingering: close()
    case .readingBody, .answering, .tunnel, .closed: break
    }
  }

  func setDeadline(after interval: Interval) {
    deadline = loop.now + interval
    timer.ensure(by: deadline, token, on: loop)
  }

  private func drained() {
    if let exchange { return exchange.downstreamDrained() }
    if transport.isFinishing && transport.hasPeerFinished { close() }
  }

  /// What was complete before goes before what comes now.
  func sendWaiting() { if isWaiting { worker.sendWaiting() } }

  // MARK: The end

  /// The answer's end: FIN after what is queued, then what the client still sends is dropped for a while.
  func finish() {
    sendWaiting()
    phase = .lingering
    rest.release()
    transport.finish()
    if transport.hasPeerFinished && transport.queued == 0 && !transport.isReadable { return close() }
    setDeadline(after: worker.timeouts.lingeringClose)
    if transport.isReadable { resume() }
  }

  func lost(_ reason: ErrorReason = .downstreamLeft) {
    if let failure = transport.tlsFailure { worker.noteFailure(failure, of: peer, at: door) }
    if let exchange { exchange.downstreamLost(reason) } else { close() }
  }

  /// A connection between two requests gets a short while to bring one more, which is answered with
  /// `Connection: close`; so a client that is just sending loses nothing.
  func startDraining() {
    isLeaving = true
    guard phase == .idle else { return }
    setDeadline(after: worker.timeouts.lingeringClose)
  }

  /// The worker ends: the exchange is over wherever it is.
  func abandon() {
    lost(.draining)
    close()
  }

  func close() {
    guard phase != .closed else { return }
    sendWaiting()
    phase = .closed
    exchange = nil
    gatherer.drop(token)
    timer.cancel(on: loop)
    worker.metrics.subtract(.downstreamConnections)
    door.held -= 1
    worker.retire(self)
  }
}
