internal import HTTP
internal import Primitives
internal import Reactor
internal import Telemetry

/// Bytes in: the session's events go to the exchanges. Frames out, once a turn.
extension HTTP2Upstream: OutputHolder {
  func read() {
    var turns = 4
    while turns > 0, phase != .closed, link.transport.isReadable {
      turns -= 1
      switch link.transport.receive(into: worker.loop.readBuffer) {
      case .bytes: worker.loop.readBuffer.withBytes { received($0) }
      case .wouldBlock: return
      case .ended: return lost(reset: false)
      case .failed: return lost(reset: true)
      }
    }
    if phase != .closed, link.transport.isReadable { worker.loop.continueLater(token) }
  }

  private func received(_ bytes: Span<UInt8>) {
    worker.metrics.add(.upstreamBytesReceived, bytes.count)
    health.heard(worker.loop.now)
    var failure: HTTP2ConnectionError?
    do throws(HTTP2ConnectionError) {
      try link.session.receive(bytes, now: worker.loop.now)
    } catch {
      failure = error
    }
    while let event = link.session.next() { handle(event, bytes) }
    for stream in touched { stream.paused() }
    touched.removeAll(keepingCapacity: true)
    if let failure { return failed(failure) }
    watchHeaderBlock()
    schedule()
  }

  /// The endpoint speaks no HTTP/2 that can be followed: it is told why, and its answers count as broken.
  private func failed(_ error: HTTP2ConnectionError) {
    worker.metrics.add(refused: error, upstream: true)
    sendFrames()
    lost(reset: true)
  }

  private func handle(_ event: HTTP2Event, _ input: Span<UInt8>) {
    switch event {
    case .informational(let stream): owner(of: stream)?.informationalReceived()
    case .head(let stream): owner(of: stream)?.headReceived()
    case .body(let stream, let range): owner(of: stream)?.bodyReceived(input.extracting(range))
    case .end(let stream): owner(of: stream)?.endReceived()
    case .reset(let stream, let code): owner(of: stream)?.reset(code)
    case .malformed(let stream, let error): owner(of: stream)?.exchange?.responseMalformed(error)
    case .closed(let stream): closed(stream)
    case .writable(let stream): owner(of: stream)?.exchange?.upstreamDrained()
    case .settings:
      isSettled = true
      pool.grantedStreams = link.session.peerMaxConcurrentStreams
      serveWaiting()
      pool.serveWaiting(on: self)
    case .goAway: retire()
    case .pong: break
    }
  }

  private func owner(of stream: HTTP2Stream) -> HTTP2UpstreamStream? {
    stream.tag >= 0 && stream.tag < streams.count ? streams[stream.tag] : nil
  }

  private func closed(_ stream: HTTP2Stream) {
    guard let owner = owner(of: stream) else { return }
    stream.tag = -1
    if owner.exchange != nil { owner.lost(reset: true) }
    // One that still has an exchange is used again when that has left.
    let isFree = owner.exchange == nil
    owner.end()
    if isFree { spare.append(owner) }
  }

  func flushOutput() {
    link.isScheduled = false
    if phase == .closed || phase == .connecting { return }
    sendFrames()
    if let failure = link.session.failure {
      worker.metrics.add(refused: failure, upstream: true)
      return lost(reset: true)
    }
    failDoomed()
    guard phase == .retiring else { return }
    if active == 0 { return end() }
    if link.session.isFinished { lost(reset: false) }
  }

  func sendFrames() {
    let sent = link.flush(with: &worker.frames)
    if sent > 0 { worker.metrics.add(.upstreamBytesSent, sent) }
    while let event = link.session.next() { handle(event, Span()) }
  }

  /// Exchanges for which no stream could be begun learn it here, not inside of what they asked.
  private func failDoomed() {
    for stream in streams where stream.isDoomed { stream.lost(reset: false) }
  }
}
