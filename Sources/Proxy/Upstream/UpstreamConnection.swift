internal import HTTP
internal import Mesh
internal import Policy
internal import Primitives
internal import Reactor
internal import Telemetry

/// One HTTP/1 connection to an endpoint: connecting, then serving one exchange at a time or lying idle in its pool.
///
/// It turns bytes into the exchange's events and knows nothing of routes, retries or clients.
final class UpstreamConnection {
  enum Phase {
    case connecting
    case idle
    case active
    /// Raw bytes after a 101: never pooled again.
    case tunnel
    case closed
  }

  let worker: Worker
  let pool: UpstreamPool
  private(set) var token = Token.none
  private(set) var phase = Phase.connecting
  private(set) var exchange: Exchange?
  /// Exchanges that this connection has completed; above 0 it may have grown stale.
  private(set) var served = 0

  private var transport: Transport
  private var decoder: HTTP1Decoder
  /// An incomplete head or chunk line that the next read continues.
  private var rest = ByteBuffer()
  private var timer = LazyTimer()
  private var deadline: MonotonicTime
  private var sentBefore: UInt64 = 0

  init(pool: UpstreamPool, socket: consuming Socket) {
    worker = pool.worker
    self.pool = pool
    transport = Transport(socket, connected: false)
    decoder = HTTP1Decoder(role: .client, limits: pool.worker.snapshot.settings.limits)
    deadline = pool.worker.loop.now.deadline(after: pool.service.connectTimeout)
  }

  /// Enters the worker's slab and loop, and bounds the connect.
  func register() throws(SystemError) {
    token = worker.upstreams.insert(self)
    do throws(SystemError) {
      try worker.loop.register(transport.descriptor, token: token)
    } catch {
      worker.upstreams.remove(token)
      throw error
    }
    worker.metrics.add(.connectionsCreated, service: pool.service.index)
    worker.metrics.add(.connectionsActive, service: pool.service.index)
    timer.ensure(by: deadline, token, on: worker.loop)
  }

  /// Neither closed nor about to be: what a pool may hand out.
  var isUsable: Bool { phase == .idle && !transport.hasPeerFinished && transport.writeError == 0 }
  /// Bytes that wait for the endpoint to read.
  var queued: Int { transport.queued }
  var writeError: Int32 { transport.writeError }
  /// Whether the peer's kernel has taken none of what was sent since the last exchange: then nothing can have been
  /// processed, whatever the method.
  var hasDeliveredNothing: Bool { transport.acknowledged() <= sentBefore }

  /// Whether a response's first bytes are here, and not all of its head.
  var hasPartOfHead: Bool { !rest.isEmpty || decoder.isReadingHead }

  // MARK: Serving an exchange

  /// Makes this connection the exchange's own until `detach`.
  func attach(_ exchange: Exchange) {
    self.exchange = exchange
    sentBefore = transport.totalSent
    if phase == .idle { phase = .active }
  }

  /// Tells the decoder what the next response answers: some have no body, and 101 needs to have been asked for.
  func expectResponse(to method: Method, upgrade: Bool) {
    decoder.expect(responseTo: method, upgrade: upgrade)
  }

  func send(_ bytes: Span<UInt8>) {
    worker.metrics.add(.upstreamBytesSent, bytes.count)
    transport.send(bytes)
  }

  func send(_ head: Span<UInt8>, _ body: Span<UInt8>) {
    worker.metrics.add(.upstreamBytesSent, head.count + body.count)
    transport.send(head, body)
  }

  /// The exchange is done with this connection. It is kept only where no byte of either message can be left on it.
  func detach(reusable: Bool) {
    exchange = nil
    served += 1
    if reusable && phase == .active && decoder.isIdle && rest.isEmpty && transport.queued == 0
      && !transport.hasPeerFinished && transport.writeError == 0 && !transport.hasUnread()
    {
      phase = .idle
      pool.release(self)
    } else {
      close()
    }
  }

  /// In the pool: it ends when nothing has used it for the service's idle timeout.
  func becameIdle() {
    deadline = worker.loop.now.deadline(after: pool.service.idleTimeout)
    timer.ensure(by: deadline, token, on: worker.loop)
  }

  /// From now on bytes are passed on as they are.
  func becomeTunnel() { phase = .tunnel }

  /// The client will send nothing more through the tunnel.
  func finishSending() { transport.finish() }

  /// - Parameter offeringSlot: whoever waits on other workers may take its place before those who wait here.
  func close(offeringSlot: Bool = false) {
    guard phase != .closed else { return }
    let wasIdle = phase == .idle
    phase = .closed
    exchange = nil
    if wasIdle { pool.forget(self) }
    timer.cancel(on: worker.loop)
    worker.metrics.subtract(.connectionsActive, service: pool.service.index)
    pool.service.state.connections.release()
    worker.retire(self, offeringSlot: offeringSlot)
  }

  // MARK: Events of the loop

  func ready(_ readiness: Readiness) {
    transport.note(readiness)
    switch phase {
    case .connecting: connected(readiness)
    case .idle:
      // Whatever comes now was not asked for, or is the end.
      if transport.isReadable { idleRead() }
    case .active, .tunnel:
      if readiness.contains(.writable) && transport.queued > 0 {
        transport.flush()
        if transport.queued == 0 { exchange?.upstreamDrained() }
      }
      read()
    case .closed: break
    }
  }

  func timerFired() {
    timer.fired()
    guard phase == .connecting || phase == .idle else { return }
    if worker.loop.now < deadline { return timer.ensure(by: deadline, token, on: worker.loop) }
    if phase == .connecting {
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
    let exchange = self.exchange
    if code != 0 {
      close()
      exchange?.connectFailed(code)
    } else if let exchange {
      phase = .active
      exchange.connectionReady(self, reused: false)
    } else {
      phase = .idle
      pool.release(self)
    }
  }

  private func idleRead() {
    switch transport.receive(into: worker.loop.readBuffer) {
    case .wouldBlock: break
    case .bytes, .ended, .failed: close()
    }
  }

  // MARK: Reading

  /// Reads what the exchange has room for; called again when the client has taken what it has.
  func read() {
    var turns = 4
    while turns > 0, let room = exchange?.responseRoom, room > 0, transport.isReadable {
      turns -= 1
      switch transport.receive(into: worker.loop.readBuffer, limit: room) {
      case .bytes: worker.loop.readBuffer.withBytes { received($0) }
      case .wouldBlock: return
      case .ended: return ended(reset: false)
      case .failed(let code): return ended(reset: code != Self.brokenPipe)
      }
    }
    if transport.isReadable, phase == .active || phase == .tunnel, (exchange?.responseRoom ?? 0) > 0 {
      worker.loop.continueLater(token)
    }
  }

  private func received(_ bytes: Span<UInt8>) {
    worker.metrics.add(.upstreamBytesReceived, bytes.count)
    if phase == .tunnel {
      exchange?.tunnelReceivedFromUpstream(bytes)
      return
    }
    if rest.isEmpty {
      let used = process(bytes)
      if phase == .active && used < bytes.count { rest.append(bytes.extracting(used...)) }
    } else {
      // Taken out while it is looked at, so that nothing can append to it meanwhile.
      var input = ByteBuffer()
      swap(&input, &rest)
      input.append(bytes)
      let used = process(input.bytes)
      if phase == .active && used < input.count {
        input.consume(used)
        swap(&input, &rest)
      }
    }
  }

  /// Decodes as much as can be, handing events to the exchange. Returns the bytes used.
  private func process(_ input: Span<UInt8>) -> Int {
    var offset = 0
    while phase == .active, let exchange {
      do throws(HTTPError) {
        switch try decoder.next(
          input, &offset, head: &exchange.response, trailers: &exchange.responseTrailers)
        {
        case .needInput:
          exchange.responsePaused()
          return offset
        case .informational: exchange.informationalReceived()
        case .head:
          exchange.responseHeadReceived()
          if phase == .tunnel {
            exchange.tunnelReceivedFromUpstream(input.extracting(offset...))
            return input.count
          }
        case .body(let range): exchange.responseBodyReceived(input.extracting(range))
        case .end:
          // A response that is followed by bytes nobody asked for leaves a connection that cannot be trusted.
          exchange.responseEnded(clean: offset == input.count)
          return input.count
        }
      } catch {
        exchange.responseMalformed(error)
        return input.count
      }
    }
    return input.count
  }

  /// EPIPE: the peer had finished before it reset the connection (tcp(7)).
  private static let brokenPipe: Int32 = 32

  private func ended(reset: Bool) {
    guard let exchange else { return close() }
    if phase == .tunnel {
      exchange.tunnelUpstreamEnded(reset: reset)
      return
    }
    if !reset {
      do throws(HTTPError) {
        if case .end = try decoder.inputEnded() { return exchange.responseEnded(clean: false) }
      } catch {}
    }
    exchange.upstreamLost(reset: reset)
  }
}
