internal import HTTP
internal import Primitives
internal import Reactor

/// One stream of an HTTP/2 connection to an endpoint: the endpoint's side of one attempt. Used again for the next.
final class HTTP2UpstreamStream {
  let connection: HTTP2Upstream
  /// The connection's; held here, it is used without being counted.
  private let session: HTTP2Session
  let tag: Int
  @Lent private(set) var stream: HTTP2Stream?
  @Lent private(set) var exchange: Exchange?
  /// The connection is not open yet, or has not said yet whether it knows extended CONNECT.
  private(set) var isWaiting = false
  /// No stream could be begun: the connection is at its end.
  private(set) var isDoomed = false
  private var isTunnel = false
  /// A tunnel was asked for: the request has no end of its own.
  private var mayBecomeTunnel = false
  /// In the connection's list of those that this turn's bytes have touched.
  private var isTouched = false
  var needsSettings: Bool { exchange?.isUpgrade ?? false }

  init(connection: HTTP2Upstream, tag: Int) {
    self.connection = connection
    session = connection.session
    self.tag = tag
  }

  func begin(waiting: Bool) {
    isWaiting = waiting
    isDoomed = false
    isTunnel = false
    mayBecomeTunnel = false
  }

  /// The stream is over for both sides.
  func end() { stream = nil }

  func connectionOpened() {
    guard let exchange else { return }
    isWaiting = false
    exchange.connectionReady(self, reused: false)
  }

  // MARK: What the endpoint sends

  func informationalReceived(_ stream: HTTP2Stream) {
    guard let exchange else { return }
    swap(&exchange.response, &stream.informational)
    exchange.informationalReceived()
  }

  func headReceived(_ stream: HTTP2Stream) {
    $exchange { exchange in
      swap(&exchange.response, &stream.head)
      touch()
      exchange.responseHeadReceived()
    }
  }

  func bodyReceived(_ bytes: Span<UInt8>, on stream: HTTP2Stream) {
    touch()
    $exchange { exchange in
      if isTunnel { exchange.tunnelReceivedFromUpstream(bytes) } else { exchange.responseBodyReceived(bytes) }
    }
  }

  private func touch() {
    if isTouched { return }
    isTouched = true
    connection.touched.append(Lent(self))
  }

  func endReceived(_ stream: HTTP2Stream) {
    if connection.cancelled > 0 { connection.cancelled -= 1 }
    $exchange { exchange in
      if isTunnel { return exchange.tunnelUpstreamEnded(reset: false) }
      if !stream.trailers.fields.isEmpty { swap(&exchange.responseTrailers, &stream.trailers) }
      exchange.responseEnded(clean: true)
    }
  }

  /// All bytes of this read are handled. What waits for the client is given back when it has been taken, so that all that
  /// is held of the answer fits into the window.
  func paused() {
    isTouched = false
    let held = $exchange { exchange in
      if !isTunnel { exchange.responsePaused() }
      return exchange.responseRoom > 0 ? exchange.responseQueued : .max
    }
    // Of a stream that has ended nothing more can come.
    $stream { if !$0.receivedEnd { giveBack($0.unconsumed - (held ?? 0), of: $0) } }
  }

  /// - Parameter frame: the code of the endpoint's RST_STREAM; nil where it was none that ended the stream.
  func reset(_ code: HTTP2ErrorCode, by frame: UInt32?) {
    guard let exchange else { return }
    if isTunnel { return exchange.tunnelUpstreamEnded(reset: true) }
    if code == .refusedStream {
      return exchange.upstreamRefused(byReset: frame != nil, details: connection.goAwayDetails)
    }
    exchange.upstreamReset(code, by: frame)
  }

  /// Both directions of the tunnel have ended here; the client may still have to take what there was.
  var isFinishedTunnel: Bool { isTunnel && stream.map { $0.sentEnd && $0.receivedEnd } ?? true }

  /// The connection, or the place on it, is gone.
  /// - Parameters:
  ///   - failure: TLS, where that is what broke.
  ///   - fault: why we ended the connection, where we did.
  ///   - details: what else is known of the end.
  func lost(
    reset: Bool, _ failure: TLSFailure? = nil, _ fault: HTTP2ConnectionError? = nil,
    details: StaticString? = nil
  ) {
    guard let exchange, !isFinishedTunnel else { return }
    if isTunnel { return exchange.tunnelUpstreamEnded(reset: reset) }
    if stream == nil { return exchange.upstreamRefused(byReset: false, details: details) }
    if let fault { return exchange.upstreamBroke(fault) }
    exchange.upstreamLost(reset: reset, failure, details: details)
  }

  /// The connection has ended, and whoever waited for an answer knows it. A tunnel that is finished here goes on without
  /// us.
  func connectionEnded() {
    let exchange = $exchange
    self.exchange = nil
    exchange { $0.tunnelUpstreamGone() }
  }

  /// What was received and is the client's now: the endpoint may send as much again.
  private func giveBack(_ count: Int, of stream: HTTP2Stream) {
    guard count > 0 else { return }
    session.consume(count, on: stream)
    connection.schedule()
  }
}

extension HTTP2UpstreamStream: UpstreamStream {
  var lent: LentUpstream { LentUpstream(self) }
  var queued: Int { $stream { $0.queued } ?? 0 }
  var taken: UInt64 { stream.map { connection.link.taken($0) } ?? 0 }
  var hasFailed: Bool {
    connection.phase == .closed || connection.link.transport.writeError != 0
      || $stream { $0.isClosed } ?? true
  }
  // A stream that was surely not processed is told apart by `reset` and `lost`.
  var hasDeliveredNothing: Bool { false }
  var hasPartOfHead: Bool { false }
  var usesHTTP2: Bool { true }
  var sentBody: Int? { $stream { Int($0.framed) } }
  var tls: TLSDetails? { connection.link.transport.tlsDetails }
  var acceptsTunnels: Bool { session.enablesConnectProtocol }

  func attach(_ exchange: Exchange) { self.exchange = exchange }

  func sendHead(_ head: borrowing MessageHead, isUpgrade: Bool) {
    let isWhole = !isUpgrade && (head.framing == .none || head.framing == .length(0))
    mayBecomeTunnel = isUpgrade
    connection.served += 1
    $stream = session.startRequest(head, ends: isWhole)
    $stream { $0.tag = tag }
    isDoomed = $stream.isNil
    connection.schedule()
  }

  func sendBody(_ bytes: Span<UInt8>) {
    if !bytes.isEmpty { $stream { session.send(bytes, on: $0) } }
  }

  func copyUnsentBody(from offset: Int, to buffer: inout ByteBuffer) {
    $stream { $0.copyUnsent(from: offset, to: &buffer) }
  }

  func sendEnd(trailers: borrowing MessageHead) {
    if mayBecomeTunnel { return }
    $stream { if !$0.sentEnd { session.sendEnd(trailers: trailers, on: $0) } }
  }

  func flush() { connection.schedule() }

  func read() {
    guard let stream, let exchange, exchange.responseRoom > 0 else { return }
    giveBack(stream.unconsumed, of: stream)
  }

  func waitedInVain(from start: MonotonicTime) { connection.waitedInVain(from: start) }

  func becomeTunnel() { isTunnel = true }

  func finishSending() {
    guard let stream, !stream.sentEnd else { return }
    session.sendEnd(on: stream)
    connection.schedule()
  }

  func detach(reusable: Bool) {
    // No tunnel came of it: the request ends here.
    if mayBecomeTunnel { finishSending() }
    leave(.cancel)
  }

  func close() { leave(.cancel) }

  private func leave(_ code: HTTP2ErrorCode) {
    if $exchange.isNil { return }
    exchange = nil
    $stream { stream in
      if stream.isClosed || stream.sentEnd && stream.receivedEnd { return }
      session.reset(stream, code)
      if !stream.receivedEnd { connection.cancelledOne() }
    }
    if $stream.isNil {
      // No stream will tell its end.
      isWaiting = false
      isDoomed = false
      if connection.phase != .closed { connection.spare.append(Lent(self)) }
    }
    connection.left()
    connection.schedule()
  }
}
