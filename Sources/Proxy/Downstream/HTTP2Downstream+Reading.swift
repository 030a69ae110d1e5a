internal import HTTP
internal import Policy
internal import Primitives
internal import Reactor
internal import Telemetry

/// Bytes in: the session's events go to the exchanges.
extension HTTP2Downstream: HTTP2EventHandler {
  /// Takes the bytes that came before anybody knew that they are HTTP/2.
  func receiveFirst(_ bytes: Span<UInt8>) {
    received(bytes)
    pauseTouched()
  }

  func read() {
    var turns = 4
    var outcome = Transport.Received.wouldBlock
    while turns > 0, phase != .closed, link.transport.isReadable, !isClogged {
      turns -= 1
      outcome = link.transport.receive(into: worker.loop.readBuffer)
      guard case .bytes = outcome else { break }
      worker.loop.readBuffer.withBytes { received($0) }
      // Small pieces of many streams leave together with those of the next read: each write costs tens of times what
      // theirs has cost the client.
      if !session.sawPieces { pauseTouched() }
      tellWritable()
    }
    pauseTouched()
    switch outcome {
    case .ended: ended()
    case .failed: lost()
    case .bytes:
      if phase != .closed, link.transport.isReadable, !isClogged { worker.loop.continueLater(token) }
    case .wouldBlock: break
    }
  }

  /// The client does not read what it is sent: it may not ask for more. It goes on when something has been taken.
  private var isClogged: Bool { phase != .lingering && link.transport.queued > 0 && session.hasOutput }

  private func received(_ bytes: Span<UInt8>) {
    worker.metrics.add(.downstreamBytesReceived, bytes.count)
    if phase == .lingering { return dropped(bytes.count) }
    health.heard(worker.loop.now)
    isReceiving = true
    var failure: HTTP2ConnectionError?
    do throws(HTTP2ConnectionError) {
      try session.receive(bytes, now: worker.loop.now)
    } catch {
      failure = error
    }
    while session.deliver(to: self, bytes) {}
    isReceiving = false
    if let failure {
      pauseTouched()
      return failed(failure)
    }
    watchHeaderBlock()
    schedule()
  }

  /// What has come of requests goes on to their endpoints.
  private func pauseTouched() {
    if touched.isEmpty { return }
    for stream in touched { stream { $0.paused() } }
    touched.removeAll(keepingCapacity: true)
  }

  /// The session has ended: the client is told why.
  func failed(_ error: HTTP2ConnectionError) {
    worker.noteFailure(error, of: peer, at: door)
    end()
  }

  func bodyReceived(_ stream: HTTP2Stream, _ range: Range<Int>, of input: Span<UInt8>) {
    withOwner(of: stream) { $0.bodyReceived(input.extracting(range), on: stream) }
  }

  func endReceived(_ stream: HTTP2Stream) { withOwner(of: stream) { $0.endReceived(stream) } }

  func streamReset(_ stream: HTTP2Stream, _ code: HTTP2ErrorCode) {
    withOwner(of: stream) { $0.exchange?.downstreamLost() }
  }

  // Whoever can go on may want to read, which must wait until these bytes are handled.
  func streamWritable(_ stream: HTTP2Stream) {
    withOwner(of: stream) { writable.append(Lent($0)) }
  }

  func informationalReceived(_ stream: HTTP2Stream) {}
  func settingsReceived() {}
  func goAwayReceived(lastStream: Int32, _ code: HTTP2ErrorCode) {}
  func pongReceived() {}

  /// Lends `body` our end of a stream, where it has one.
  @discardableResult @inline(__always)
  private func withOwner<Result>(of stream: HTTP2Stream, _ body: (HTTP2DownstreamStream) -> Result) -> Result?
  {
    guard phase != .closed, stream.tag >= 0, stream.tag < lent.count else { return nil }
    return lent[stream.tag](body)
  }

  /// A client that asks for much at once and opens no windows for it has its requests served in full, and takes nothing:
  /// so only a few of them are under way at a time, and the rest is refused before anything is done for it. Nobody who
  /// means to read much begins with less: the protocol's own window is 65,535.
  private static let narrowWindow = 1 << 10

  func headReceived(_ stream: HTTP2Stream) {
    if isOver(stream) { return }
    let isNarrow = session.isNarrower(stream, than: Self.narrowWindow)
    // Nobody asks for so much by mistake.
    if isNarrow, narrow >= door.narrowStreams { return session.refuse(stream, extra: 4) }
    begin(stream) { owner in
      if isNarrow { owner.becomeNarrow() }
      owner.touch()
      owner.$exchange { $0.requestHeadReceived() }
    }
  }

  /// What came with a request has reset it, or ended the connection: nobody waits for an answer, and nothing is begun.
  private func isOver(_ stream: HTTP2Stream) -> Bool {
    stream.isReset || stream.isClosed || session.failure != nil
  }

  /// An exchange for a stream; its head is the exchange's from now on.
  private func begin(_ stream: HTTP2Stream, _ body: (HTTP2DownstreamStream) -> Void) {
    let owner = spare.popLast() ?? newStream()
    owner { owner in
      stream.tag = owner.tag
      owner.begin(stream)
      active += 1
      if active == 1 { becameActive() }
      requestBegan()
      body(owner)
    }
  }

  private func newStream() -> Lent<HTTP2DownstreamStream> {
    let stream = HTTP2DownstreamStream(connection: self, tag: streams.count)
    streams.append(stream)
    lent.append(Lent(stream))
    return Lent(stream)
  }

  func messageMalformed(_ stream: HTTP2Stream, _ error: HTTPError) {
    if withOwner(of: stream, { $0.exchange?.requestMalformed(error) }) != nil { return }
    if isOver(stream) { return worker.metrics.add(refused: error, upstream: false) }
    begin(stream) { owner in
      owner.resetCode = .protocolError
      owner.exchange?.requestMalformed(error)
    }
  }

  func streamClosed(_ stream: HTTP2Stream) {
    withOwner(of: stream) { owner in
      stream.tag = -1
      owner.$exchange { exchange in
        if exchange.responsePhase == .flushing || owner.isFinishedTunnel {
          exchange.downstreamDrained()
        } else {
          exchange.downstreamLost()
        }
      }
      // A tunnel's endpoint may still have to take what there was: it is used again when its exchange has left.
      let isFree = owner.$exchange.isNil
      owner.end()
      if isFree { spare.append(Lent(owner)) }
    }
  }

  /// Streams whose answer can go on. Not while bytes are being handled: their endpoints are read at once.
  func tellWritable() {
    while let stream = writable.popLast() { stream { $0.writable() } }
  }

  /// The client has finished sending: it may still read what is under way.
  private func ended() {
    if phase == .lingering || active == 0 { return close() }
    hasEnded = true
    for stream in streams where stream.stream?.receivedEnd == false { stream.exchange?.downstreamLost() }
    if phase == .open { phase = .draining }
    schedule()
  }
}
