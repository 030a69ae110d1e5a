internal import HTTP
internal import Primitives
internal import Reactor

/// One stream of a client's HTTP/2 connection: the client's side of one exchange. Used again for the next.
final class HTTP2DownstreamStream {
  let connection: HTTP2Downstream
  // The connection's; held here, they are used without being counted.
  private let session: HTTP2Session
  private let worker: Worker
  let tag: Int
  @Lent private(set) var stream: HTTP2Stream?
  @Lent private(set) var exchange: Exchange?
  /// What tells the client why its request was not taken to its end, once it has its answer.
  var resetCode = HTTP2ErrorCode.noError
  private var isTunnel = false
  /// It counts among the connection's `narrow` ones.
  private var isNarrow = false
  /// In the connection's list of those that this turn's bytes have touched.
  private var isTouched = false
  /// Bytes for a tunnel that came before it was one.
  private var early = ByteBuffer()

  init(connection: HTTP2Downstream, tag: Int) {
    self.connection = connection
    session = connection.session
    worker = connection.worker
    self.tag = tag
  }

  func begin(_ stream: HTTP2Stream) {
    self.stream = stream
    resetCode = .noError
    isTunnel = false
    $exchange = worker.beginExchange(on: lent)
    $exchange { swap(&$0.request, &stream.head) }
  }

  /// The stream is over for both sides.
  func end() {
    stream = nil
    if early.allocated > 0 { early.release() }
  }

  // MARK: What the client sends

  func bodyReceived(_ bytes: Span<UInt8>, on stream: HTTP2Stream) {
    touch()
    $exchange { exchange in
      if isTunnel {
        exchange.tunnelReceivedFromDownstream(bytes)
      } else if exchange.isUpgrade {
        early.append(bytes)
      } else {
        exchange.requestBodyReceived(bytes)
      }
    }
  }

  func endReceived(_ stream: HTTP2Stream) {
    $exchange { exchange in
      if isTunnel { return exchange.tunnelDownstreamEnded() }
      // It is the tunnel's end, should there be one.
      if exchange.isUpgrade { return }
      if !stream.trailers.fields.isEmpty { swap(&exchange.requestTrailers, &stream.trailers) }
      exchange.requestEnded()
    }
  }

  /// Both directions of the tunnel have ended here.
  var isFinishedTunnel: Bool { isTunnel && stream.map { $0.sentEnd && $0.receivedEnd } ?? true }

  /// The client's windows take nothing of what waits.
  var isStarved: Bool { queued > 0 && window + queued <= 0 }

  /// They would take nothing of what may still come of the answer.
  var isShut: Bool { $exchange { $0.responsePhase == .streaming } ?? false && window + queued <= 0 }

  /// The exchange hears when all bytes of this read are handled.
  func touch() {
    if isTouched { return }
    isTouched = true
    connection.touched.append(Lent(self))
  }

  func becomeNarrow() {
    isNarrow = true
    connection.narrow += 1
  }

  /// What was sent is in frames, or a window has opened.
  func writable() { $exchange { $0.downstreamDrained() } }

  func paused() {
    isTouched = false
    if !isTunnel, $stream({ $0.receivedEnd }) == false { $exchange { $0.requestPaused() } }
    $stream { if $0.unconsumed > 0 { giveBack($0) } }
  }

  /// What was received and is the endpoint's now: the client may send as much again. What waits for the endpoint is given
  /// back when that has taken it, so that all that is held of the request fits into the window.
  private func giveBack(_ stream: HTTP2Stream) {
    let held: Int? = $exchange { $0.requestRoom > 0 ? $0.requestQueued : nil } ?? 0
    guard let held else { return }
    // On a stream that has ended nothing more can come; the connection's window is the others', too.
    let count = stream.unconsumed - (stream.receivedEnd ? 0 : held + early.count)
    guard count > 0 else { return }
    session.consume(count, on: stream)
    connection.schedule()
  }
}

extension HTTP2DownstreamStream: DownstreamStream {
  var lent: LentDownstream { LentDownstream(self) }
  var listener: Lent<Door> { Lent(connection.door) }
  var peer: SocketAddress { connection.peer }
  var client: AuthenticatedClient? { connection.client }
  var isSecure: Bool { connection.link.transport.isSecure }
  var tls: TLSDetails? { connection.link.transport.tlsDetails }
  var queued: Int { $stream { $0.queued } ?? 0 }
  var taken: UInt64 { stream.map { connection.link.taken($0) } ?? 0 }
  // A client that opens many streams and takes nothing must not make us hold much for it.
  var firstRoom: Int { 8 << 10 }
  var window: Int { $stream { session.sendWindow(of: $0) } ?? 0 }
  // One that is closed, and was not reset, has ended with an answer that is all in frames.
  var hasFailed: Bool { connection.link.transport.writeError != 0 || $stream { $0.isReset } ?? true }
  var isDecoding: Bool { connection.isReceiving }

  func sendInformational(_ head: borrowing MessageHead) {
    guard let stream else { return }
    session.sendHead(head, on: stream, ends: false)
    connection.schedule()
  }

  func sendHead(_ head: borrowing MessageHead, persistent: Bool) {
    let isWhole = head.framing == .none || head.framing == .length(0)
    let ends = isWhole && !($exchange { $0.isUpgrade } ?? false)
    let isOwn = $exchange { $0.responsePhase == .none } ?? true
    $stream {
      $0.isOwnAnswer = isOwn
      session.sendHead(head, on: $0, ends: ends)
    }
    connection.schedule()
  }

  func sendBody(_ bytes: Span<UInt8>) {
    if !bytes.isEmpty { $stream { session.send(bytes, on: $0) } }
  }

  func sendEnd(trailers: borrowing MessageHead) {
    $stream { if !$0.sentEnd { session.sendEnd(trailers: trailers, on: $0) } }
  }

  func flush() { connection.schedule() }

  func resume() {
    if !$exchange.isNil { $stream { giveBack($0) } }
  }

  func becomeTunnel() {
    isTunnel = true
    if !early.isEmpty {
      var bytes = ByteBuffer()
      swap(&bytes, &early)
      exchange?.tunnelReceivedFromDownstream(bytes.bytes)
    }
    if stream?.receivedEnd == true { exchange?.tunnelDownstreamEnded() }
    resume()
  }

  func finishSending() {
    guard let stream, !stream.sentEnd else { return }
    session.sendEnd(on: stream)
    connection.schedule()
  }

  func exchangeFinished(keep: Bool) {
    if connection.stalled > 0 { connection.stalled -= 1 }
    release()
    $stream { stream in
      if stream.isClosed { return }
      // The answer is there; the rest of the request would be read for nobody (RFC 9113, section 8.1).
      if !stream.receivedEnd || resetCode != .noError {
        session.reset(stream, resetCode, behindAnswer: true)
      }
      connection.schedule()
    }
  }

  func abort(_ code: HTTP2ErrorCode, isStuck: Bool) {
    if isStuck { connection.stalledOnce() }
    release()
    guard let stream, !stream.isClosed else { return }
    session.reset(stream, code)
    connection.schedule()
  }

  private func release() {
    if $exchange.isNil { return }
    exchange = nil
    if isNarrow { connection.narrow -= 1 }
    isNarrow = false
    if $stream.isNil, connection.phase != .closed { connection.spare.append(Lent(self)) }
    connection.active -= 1
    if connection.active == 0 { connection.becameIdle() }
  }
}
