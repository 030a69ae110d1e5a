internal import HTTP
internal import Policy
internal import Primitives
internal import Reactor
internal import Telemetry

/// Bytes in: the session's events go to the exchanges. Frames out, once a turn.
extension HTTP2Upstream: OutputHolder, HTTP2EventHandler {
  func read() {
    var turns = 4
    var outcome = Transport.Received.wouldBlock
    while turns > 0, phase != .closed, link.transport.isReadable {
      turns -= 1
      outcome = link.transport.receive(into: worker.loop.readBuffer)
      guard case .bytes = outcome else { break }
      worker.loop.readBuffer.withBytes { received($0) }
      // As where requests come in: small pieces leave together.
      if !session.sawPieces { pauseTouched() }
    }
    pauseTouched()
    switch outcome {
    case .ended: lost(reset: false)
    case .failed: lost(reset: true)
    case .bytes: if phase != .closed, link.transport.isReadable { worker.loop.continueLater(token) }
    case .wouldBlock: break
    }
  }

  private func received(_ bytes: Span<UInt8>) {
    worker.metrics.add(.upstreamBytesReceived, bytes.count)
    health.heard(worker.loop.now)
    var failure: HTTP2ConnectionError?
    do throws(HTTP2ConnectionError) {
      try session.receive(bytes, now: worker.loop.now)
    } catch {
      failure = error
    }
    while session.deliver(to: self, bytes) {}
    if let failure {
      pauseTouched()
      return failed(failure)
    }
    watchHeaderBlock()
    schedule()
  }

  /// What has come of answers goes on to their clients.
  private func pauseTouched() {
    if touched.isEmpty { return }
    for stream in touched { stream { $0.paused() } }
    touched.removeAll(keepingCapacity: true)
  }

  /// The endpoint speaks no HTTP/2 that can be followed: it is told why, and its answers count as broken.
  func failed(_ error: HTTP2ConnectionError) {
    worker.noteFailure(error, of: pool.endpoint, in: pool.service)
    sendFrames()
    lost(reset: true)
  }

  func informationalReceived(_ stream: HTTP2Stream) {
    withOwner(of: stream) { $0.informationalReceived(stream) }
  }

  func headReceived(_ stream: HTTP2Stream) { withOwner(of: stream) { $0.headReceived(stream) } }

  func bodyReceived(_ stream: HTTP2Stream, _ range: Range<Int>, of input: Span<UInt8>) {
    withOwner(of: stream) { $0.bodyReceived(input.extracting(range), on: stream) }
  }

  func endReceived(_ stream: HTTP2Stream) { withOwner(of: stream) { $0.endReceived(stream) } }
  func streamReset(_ stream: HTTP2Stream, _ code: HTTP2ErrorCode) {
    withOwner(of: stream) { $0.reset(code, by: stream.peerReset) }
  }

  func messageMalformed(_ stream: HTTP2Stream, _ error: HTTPError) {
    withOwner(of: stream) { $0.exchange?.responseMalformed(error) }
  }

  func streamWritable(_ stream: HTTP2Stream) {
    withOwner(of: stream) { $0.$exchange { $0.upstreamDrained() } }
  }

  func settingsReceived() {
    isSettled = true
    pool.grantedStreams = session.peerMaxConcurrentStreams
    serveWaiting()
    pool.serveWaiting(on: self)
  }

  func goAwayReceived(lastStream: Int32, _ code: HTTP2ErrorCode) {
    if code != .noError { goAwayDetails = ErrorReason.details(ofGoAway: code) }
    retire()
  }

  /// Lends `body` our end of a stream, where it has one.
  @discardableResult @inline(__always)
  private func withOwner<Result>(of stream: HTTP2Stream, _ body: (HTTP2UpstreamStream) -> Result) -> Result? {
    guard phase != .closed, stream.tag >= 0, stream.tag < lent.count else { return nil }
    return lent[stream.tag](body)
  }

  func streamClosed(_ stream: HTTP2Stream) {
    withOwner(of: stream) { owner in
      stream.tag = -1
      if !owner.$exchange.isNil { owner.lost(reset: true) }
      // One that still has an exchange is used again when that has left.
      let isFree = owner.$exchange.isNil
      owner.end()
      if isFree { spare.append(Lent(owner)) }
    }
  }

  func flushOutput() {
    link.isScheduled = false
    if phase == .closed || phase == .connecting { return }
    let mayHaveClogged = session.queuedFrames >= Self.mostQueued
    sendFrames()
    if mayHaveClogged { pool.serveWaiting(on: self) }
    if let failure = session.failure {
      worker.noteFailure(failure, of: pool.endpoint, in: pool.service)
      return lost(reset: true)
    }
    failDoomed()
    guard phase == .retiring else { return }
    if active == 0 { return end() }
    if session.isFinished { lost(reset: false) }
  }

  func forgetStreams() {
    lent = []
    streams = []
    spare = []
    touched = []
  }

  func sendFrames() {
    let sent = link.flush(with: &worker.frames)
    if sent > 0 { worker.metrics.add(.upstreamBytesSent, sent) }
    while session.deliver(to: self, Span()) {}
  }

  /// Exchanges for which no stream could be begun learn it here, not inside of what they asked.
  private func failDoomed() {
    for stream in streams where stream.isDoomed { stream.lost(reset: false) }
  }
}
