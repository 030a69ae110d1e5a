internal import HTTP
internal import Mesh
internal import Policy
internal import Primitives
internal import Reactor
internal import Telemetry

/// One client's HTTP/1 connection: turns bytes into the exchange's events, one exchange at a time, in order.
///
/// While an exchange is being answered nothing more is read: what the client sends next waits in the kernel.
final class DownstreamConnection {
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
  /// The listener that it came through.
  let door: Door
  let peer: SocketAddress
  private(set) var token = Token.none
  private(set) var phase = Phase.idle
  private(set) var exchange: Exchange?
  /// Requests that this connection has brought.
  private(set) var requests = 0

  private var transport: Transport
  private var decoder: HTTP1Decoder
  /// Bytes that were read but not yet used: an incomplete line, or the next request of a pipeline.
  private var rest = ByteBuffer()
  private var timer = LazyTimer()
  private var deadline = MonotonicTime.distantFuture
  private var lingered = 0
  private(set) var isDecoding = false

  init(worker: Worker, door: Door, socket: consuming Socket, peer: SocketAddress) {
    self.worker = worker
    self.door = door
    self.peer = peer
    transport = Transport(socket)
    decoder = HTTP1Decoder(role: .server, limits: worker.snapshot.settings.limits)
  }

  /// Enters the worker's slab and loop.
  func register() throws(SystemError) {
    token = worker.downstreams.insert(self)
    do throws(SystemError) {
      try worker.loop.register(transport.descriptor, token: token)
    } catch {
      worker.downstreams.remove(token)
      throw error
    }
    worker.metrics.add(.downstreamConnections)
    setDeadline(after: worker.timeouts.head)
  }

  /// Bytes that wait for the client to read.
  var queued: Int { transport.queued }
  var writeError: Int32 { transport.writeError }
  /// Whether the connection can carry a further exchange after this one.
  var isPersistent: Bool { phase == .answering && !transport.hasPeerFinished && !worker.isDraining }

  func send(_ bytes: Span<UInt8>) {
    worker.metrics.add(.downstreamBytesSent, bytes.count)
    transport.send(bytes)
  }

  func send(_ head: Span<UInt8>, _ body: Span<UInt8>) {
    worker.metrics.add(.downstreamBytesSent, head.count + body.count)
    transport.send(head, body)
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
    if worker.loop.now < deadline { return timer.ensure(by: deadline, token, on: worker.loop) }
    switch phase {
    case .idle: close()
    case .readingHead: exchange?.refuseUnread(.headTimeout)
    case .lingering: close()
    case .readingBody, .answering, .tunnel, .closed: break
    }
  }

  private func setDeadline(after interval: Interval) {
    deadline = worker.loop.now + interval
    timer.ensure(by: deadline, token, on: worker.loop)
  }

  private func drained() {
    if let exchange { return exchange.downstreamDrained() }
    if transport.isFinishing && transport.hasPeerFinished { close() }
  }

  // MARK: Reading

  /// Bytes that may be read now: 0 while the request's receiver has no room or an answer is under way.
  private var room: Int {
    switch phase {
    case .idle, .readingHead, .lingering: .max
    case .readingBody, .tunnel: exchange?.requestRoom ?? 0
    case .answering, .closed: 0
    }
  }

  /// Reads on after a pause, on this turn but not inside the caller.
  func resume() { worker.loop.continueLater(token) }

  private func read() {
    if !rest.isEmpty && (phase == .idle || phase == .readingBody) && !isDecoding { continueWithRest() }
    var turns = 4
    while turns > 0, transport.isReadable {
      let room = self.room
      if room <= 0 { return }
      turns -= 1
      switch transport.receive(into: worker.loop.readBuffer, limit: room) {
      case .bytes: worker.loop.readBuffer.withBytes { received($0) }
      case .wouldBlock: return
      case .ended: return ended()
      case .failed: return lost()
      }
    }
    if transport.isReadable && room > 0 { worker.loop.continueLater(token) }
  }

  private func received(_ bytes: Span<UInt8>) {
    worker.metrics.add(.downstreamBytesReceived, bytes.count)
    switch phase {
    case .tunnel: exchange?.tunnelReceivedFromDownstream(bytes)
    case .lingering: linger(bytes.count)
    default:
      if rest.isEmpty {
        let used = process(bytes)
        if used < bytes.count { keep(bytes.extracting(used...)) }
      } else {
        rest.append(bytes)
        continueWithRest()
      }
    }
  }

  private func continueWithRest() {
    // Taken out while it is looked at, so that nothing can append to it meanwhile.
    var input = ByteBuffer()
    swap(&input, &rest)
    let used = process(input.bytes)
    if used < input.count {
      input.consume(used)
      if phase != .closed && phase != .lingering { swap(&input, &rest) }
    }
  }

  private func keep(_ bytes: Span<UInt8>) {
    if phase == .tunnel {
      exchange?.tunnelReceivedFromDownstream(bytes)
    } else if phase != .closed && phase != .lingering {
      rest.append(bytes)
    }
  }

  /// Decodes as much as can be, handing events to the exchange. Returns the bytes used.
  private func process(_ input: Span<UInt8>) -> Int {
    isDecoding = true
    defer { isDecoding = false }
    var offset = 0
    while true {
      switch phase {
      case .idle:
        if offset == input.count { return offset }
        begin()
      case .readingHead, .readingBody: break
      case .answering, .tunnel, .lingering, .closed: return offset
      }
      guard let exchange else { return offset }
      do throws(HTTPError) {
        switch try decoder.next(input, &offset, head: &exchange.request, trailers: &exchange.requestTrailers)
        {
        case .needInput:
          if phase == .readingBody { exchange.requestPaused() }
          return offset
        case .head:
          phase = .readingBody
          requests += 1
          deadline = .distantFuture
          exchange.requestHeadReceived()
        case .body(let range): exchange.requestBodyReceived(input.extracting(range))
        case .end:
          if phase == .readingBody { phase = .answering }
          exchange.requestEnded()
        case .informational: break
        }
      } catch {
        exchange.requestMalformed(error)
        return input.count
      }
    }
  }

  private func begin() {
    exchange = worker.beginExchange(on: self)
    phase = .readingHead
    setDeadline(after: worker.timeouts.head)
  }

  /// The client has finished sending. An exchange that is complete still gets its answer.
  private func ended() {
    switch phase {
    case .idle, .lingering: close()
    case .readingHead, .readingBody: exchange?.downstreamLost()
    case .tunnel: exchange?.tunnelDownstreamEnded()
    case .answering, .closed: break
    }
  }

  private func lost() {
    if let exchange { exchange.downstreamLost() } else { close() }
  }

  // MARK: The end of an exchange

  /// The exchange went its whole way. The connection goes on with the next request, or ends after this answer.
  func exchangeFinished(keep: Bool) {
    exchange = nil
    if transport.writeError != 0 { return close() }
    if keep && phase == .answering {
      phase = .idle
      // The answer has promised a connection that goes on: a drain that began since then does not break the word.
      setDeadline(after: worker.isDraining ? worker.timeouts.lingeringClose : worker.timeouts.downstreamIdle)
      if !isDecoding && (!rest.isEmpty || transport.isReadable) { resume() }
      return
    }
    finish()
  }

  /// The answer's end: FIN after what is queued, then what the client still sends is dropped for a while.
  private func finish() {
    phase = .lingering
    rest.release()
    transport.finish()
    if transport.hasPeerFinished && transport.queued == 0 && !transport.isReadable { return close() }
    setDeadline(after: worker.timeouts.lingeringClose)
    if transport.isReadable { resume() }
  }

  /// The answer broke off: the client must not take it for a whole one.
  func abort() {
    exchange = nil
    transport.resetOnClose()
    close()
  }

  /// Bytes pass as they are from now on.
  func becomeTunnel() {
    phase = .tunnel
    deadline = .distantFuture
    if !rest.isEmpty {
      var input = ByteBuffer()
      swap(&input, &rest)
      exchange?.tunnelReceivedFromDownstream(input.bytes)
    }
    resume()
  }

  /// The upstream will send nothing more through the tunnel.
  func finishSending() { transport.finish() }

  /// A connection between two requests gets a short while to bring one more, which is answered with
  /// `Connection: close`; so a client that is just sending loses nothing.
  func startDraining() {
    guard phase == .idle else { return }
    setDeadline(after: worker.timeouts.lingeringClose)
  }

  /// The worker ends: the exchange is over wherever it is.
  func abandon() {
    if let exchange { exchange.downstreamLost() } else { close() }
  }

  func close() {
    guard phase != .closed else { return }
    phase = .closed
    exchange = nil
    timer.cancel(on: worker.loop)
    worker.metrics.subtract(.downstreamConnections)
    worker.retire(self)
  }

  /// Reads and drops, within a bound, so that the kernel does not answer with a reset that would destroy the reply.
  private func linger(_ count: Int) {
    lingered += count
    if lingered > 1 << 20 { close() }
  }
}
