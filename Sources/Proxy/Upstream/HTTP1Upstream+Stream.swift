internal import HTTP
internal import Primitives
internal import Reactor
internal import Telemetry

/// What the exchange asks of its endpoint. Small pieces are put together in the worker's buffer and leave in one write.
extension HTTP1Upstream: UpstreamStream {
  var lent: LentUpstream { LentUpstream(self) }
  var queued: Int { transport.queued }
  var taken: UInt64 { transport.taken() }
  var hasFailed: Bool { transport.writeError != 0 }
  var hasDeliveredNothing: Bool { transport.acknowledged() <= sentBefore }
  var hasPartOfHead: Bool { !rest.isEmpty || decoder.isReadingHead }

  func attach(_ exchange: Exchange) {
    self.exchange = exchange
    sentBefore = transport.totalSent
    attachedTurn = loop.turns
    if phase == .idle { phase = .active }
  }

  func sendHead(_ head: borrowing MessageHead, isUpgrade: Bool) {
    framing = head.framing
    gatherer.claim(token)
    // Some answers have no body, and 101 needs to have been asked for.
    decoder.expect(responseTo: head.method, upgrade: isUpgrade)
    HTTP1Encoder.appendRequest(head, to: &gatherer.bytes)
  }

  func sendBody(_ bytes: Span<UInt8>) {
    if bytes.isEmpty { return }
    gatherer.claim(token)
    if framing == .chunked { HTTP1Encoder.appendChunkHeader(bytes.count, to: &gatherer.bytes) }
    if bytes.count <= Worker.copyLimit {
      gatherer.bytes.append(bytes)
    } else {
      worker.metrics.add(.upstreamBytesSent, gatherer.count + bytes.count)
      gatherer.take { transport.send($0, bytes) }
    }
    if framing == .chunked { HTTP1Encoder.appendChunkEnd(to: &gatherer.bytes) }
  }

  func sendEnd(trailers: borrowing MessageHead) {
    if framing != .chunked { return }
    gatherer.claim(token)
    HTTP1Encoder.appendLastChunk(trailers: trailers, to: &gatherer.bytes)
  }

  // A broken pipe is told by the reading side too, where an early answer may stand before the end.
  func flush() {
    guard gatherer.holds(token) else { return }
    gatherer.claim(token)
    worker.metrics.add(.upstreamBytesSent, gatherer.count)
    gatherer.take { transport.send($0) }
  }

  func flushLater() {
    guard transport.queued == 0, gatherer.holds(token) else { return flush() }
    gatherer.claim(token)
    worker.metrics.add(.upstreamBytesSent, gatherer.count)
    isWaiting = true
    if gatherer.wait() { worker.sendWaiting() }
  }

  func becomeTunnel() {
    phase = .tunnel
    framing = .none
  }

  func finishSending() { transport.finish() }

  func detach(reusable: Bool) {
    exchange = nil
    served += 1
    idleTurn = loop.turns
    // An answer that came before the request has left is none.
    if reusable && !isWaiting && phase == .active && decoder.isIdle && rest.isEmpty && transport.queued == 0
      && !transport.hasPeerFinished && transport.writeError == 0 && !transport.hasUnread()
      && !hasServedEnough
    {
      phase = .idle
      pool.release(self)
    } else {
      end()
    }
  }

  func close() { end() }
}
