internal import HTTP
internal import Mesh
internal import Policy
internal import Primitives
internal import Reactor
internal import Telemetry

/// A client's connection to a listener with TLS, from the accept to the handshake's end. Then it goes on as HTTP/1 or
/// HTTP/2, as ALPN says.
///
/// Until its first bytes come nothing is made for it; they tell TLS from plain HTTP, which is taken where the listener
/// is permissive, and answered with a plain 400 where it is not.
final class DownstreamHandshake {
  enum Phase {
    /// Nothing has come yet.
    case waiting
    case underWay
    /// It has failed; what the client still sends is read and dropped for a while, so that it sees why.
    case lingering
    case closed
  }

  let worker: Worker
  let door: Door
  private let tls: ListenerTLS
  private let peer: SocketAddress
  private(set) var token = Token.none
  private(set) var phase = Phase.waiting
  private var transport: Transport
  private var timer = LazyTimer()
  private var deadline: MonotonicTime
  private var lingered = 0

  init(worker: Worker, door: Door, tls: ListenerTLS, socket: consuming Socket, peer: SocketAddress) {
    self.worker = worker
    self.door = door
    self.tls = tls
    self.peer = peer
    transport = Transport(socket)
    deadline = worker.loop.now + tls.handshakeTimeout
  }

  /// Enters the worker's slab and loop.
  func register() throws(SystemError) {
    token = try worker.handshakes.insert(self) { token throws(SystemError) in
      try worker.loop.register(transport.descriptor, token: token)
    }
    worker.metrics.add(.handshakes)
    door.held += 1
    timer.ensure(by: deadline, token, on: worker.loop)
  }

  // MARK: Events of the loop

  func ready(_ readiness: Readiness) {
    transport.note(readiness)
    switch phase {
    case .waiting: receiveFirst()
    case .underWay:
      if readiness.contains(.writable) { transport.flush() }
      advance()
    case .lingering:
      if readiness.contains(.writable) { transport.flush() }
      linger()
    case .closed: break
    }
  }

  func timerFired() {
    timer.fired()
    if phase == .closed { return }
    if worker.loop.now < deadline { return timer.ensure(by: deadline, token, on: worker.loop) }
    if phase == .lingering { close() } else { abandon(.timedOut) }
  }

  private func receiveFirst() {
    switch transport.receive(into: worker.loop.readBuffer) {
    case .wouldBlock: break
    // Whoever only looks whether somebody listens says nothing.
    case .ended, .failed: close()
    case .bytes:
      worker.loop.readBuffer.withBytes { begin(with: $0) }
      if phase == .underWay { advance() }
    }
  }

  private func begin(with bytes: Span<UInt8>) {
    if bytes[0] == TLSRecord.handshake {
      guard transport.secure(tls.contexts.current, received: bytes, on: worker.loop) else {
        return failed(TLSFailure(.internalError))
      }
      phase = .underWay
      return
    }
    if tls.isPermissive { return becomePlain(bytes) }
    let isText = bytes[0] >= UInt8(ascii: "A") && bytes[0] <= UInt8(ascii: "Z")
    if isText { refusePlainHTTP() }
    failed(TLSFailure(isText ? .plainHTTP : .notTLS))
  }

  /// In the words that a client of plain HTTP understands.
  private func refusePlainHTTP() {
    let text: StaticString = "plain HTTP was sent to a port that takes TLS"
    var head = MessageHead()
    LocalReply.write(to: &head, status: 400, text, hasBody: true)
    head.append(.proxyStatus) { ErrorReason.malformedRequest.appendProxyStatus(details: text, to: &$0) }
    let date = worker.httpDate()
    head.append(.date, date.bytes)
    var output = ByteBuffer()
    HTTP1Encoder.appendResponse(head, to: &output, version: .http11, persistent: false)
    LocalReply.appendBody(text, to: &output)
    transport.send(output.bytes)
  }

  private func advance() {
    switch transport.handshake() {
    case .underWay: break
    case .failed(let failure): failed(failure)
    case .complete: succeeded()
    }
  }

  // MARK: The end

  private func succeeded() {
    guard let details = transport.tlsDetails else { return }
    worker.metrics.add(details.isResumed ? .handshakesResumed : .handshakesFull)
    // Nothing follows yet that the last messages could leave with. They do not wait for it: a client of TLS 1.2 waits for
    // them, and one of TLS 1.3 whose kernel sends by Nagle's rule waits for their acknowledgement.
    if !transport.isReadable { transport.flush() }
    let client = worker.clients.client(details, on: worker)
    details.applicationProtocol == .h2 ? becomeHTTP2(client) : becomeHTTP1(client)
  }

  private func becomeHTTP2(_ client: AuthenticatedClient?) {
    let other = HTTP2Downstream(worker: worker, door: door, transport: transport.take(), peer: peer)
    other.client = client
    close()
    do throws(SystemError) {
      try other.register()
      // The server's first frame does not wait for the client's (RFC 9113, section 3.4).
      other.schedule()
      other.ready([])
    } catch {
      worker.metrics.add(.refusedConnections)
    }
  }

  private func becomeHTTP1(_ client: AuthenticatedClient?) {
    let other = HTTP1Downstream(worker: worker, door: door, transport: transport.take(), peer: peer)
    other.client = client
    close()
    do throws(SystemError) {
      try other.register(isKnown: true)
      other.ready([])
    } catch {
      worker.metrics.add(.refusedConnections)
    }
  }

  private func becomePlain(_ bytes: Span<UInt8>) {
    let other = HTTP1Downstream(worker: worker, door: door, transport: transport.take(), peer: peer)
    close()
    do throws(SystemError) {
      try other.register(isKnown: true)
      other.receiveFirst(bytes)
    } catch {
      worker.metrics.add(.refusedConnections)
    }
  }

  private func failed(_ failure: TLSFailure) {
    worker.noteFailure(failure, of: peer, at: door)
    phase = .lingering
    transport.finish()
    transport.becomePlain()
    deadline = worker.loop.now + worker.timeouts.lingeringClose
    timer.ensure(by: deadline, token, on: worker.loop)
    worker.loop.continueLater(token)
  }

  /// Reads and drops, within a bound, so that the kernel does not answer with a reset that would destroy the alert.
  private func linger() {
    var turns = 4
    while turns > 0, phase == .lingering {
      turns -= 1
      switch transport.receive(into: worker.loop.readBuffer) {
      case .wouldBlock: return
      case .ended, .failed: return close()
      case .bytes(let count):
        lingered += count
        if lingered > 1 << 20 { return close() }
      }
    }
    if phase == .lingering { worker.loop.continueLater(token) }
  }

  /// It ends at once, for a reason of ours.
  func abandon(_ reason: TLSFailure.Reason) {
    if phase == .waiting || phase == .underWay {
      worker.noteFailure(TLSFailure(reason), of: peer, at: door)
    }
    close()
  }

  /// A drain: who has said nothing yet goes elsewhere.
  func startDraining() { if phase == .waiting { close() } }

  private func close() {
    guard phase != .closed else { return }
    phase = .closed
    timer.cancel(on: worker.loop)
    worker.metrics.subtract(.handshakes)
    door.held -= 1
    worker.retire(self)
  }
}
