internal import HTTP
internal import Primitives
internal import Reactor
internal import Telemetry

/// What the exchange asks of its endpoint. Small pieces are put together in the worker's buffer and leave in one write.
extension HTTP1Upstream: UpstreamStream {
  var queued: Int { transport.queued }
  var taken: UInt64 { transport.taken() }
  var hasFailed: Bool { transport.writeError != 0 }
  var hasDeliveredNothing: Bool { transport.acknowledged() <= sentBefore }
  var hasPartOfHead: Bool { !rest.isEmpty || decoder.isReadingHead }

  func attach(_ exchange: Exchange) {
    self.exchange = exchange
    sentBefore = transport.totalSent
    attachedTurn = worker.loop.turns
    if phase == .idle { phase = .active }
  }

  func sendHead(_ head: borrowing MessageHead, isUpgrade: Bool) {
    framing = head.framing
    claimOutput()
    // Some answers have no body, and 101 needs to have been asked for.
    decoder.expect(responseTo: head.method, upgrade: isUpgrade)
    HTTP1Encoder.appendRequest(head, to: &worker.toUpstream)
  }

  func sendBody(_ bytes: Span<UInt8>) {
    if bytes.isEmpty { return }
    claimOutput()
    if framing == .chunked { HTTP1Encoder.appendChunkHeader(bytes.count, to: &worker.toUpstream) }
    if bytes.count <= Worker.copyLimit {
      worker.toUpstream.append(bytes)
    } else {
      worker.metrics.add(.upstreamBytesSent, worker.toUpstream.count + bytes.count)
      worker.toUpstream.withBytes { transport.send($0, bytes) }
      worker.toUpstream.clear()
    }
    if framing == .chunked { HTTP1Encoder.appendChunkEnd(to: &worker.toUpstream) }
  }

  func sendEnd(trailers: borrowing MessageHead) {
    if framing != .chunked { return }
    claimOutput()
    HTTP1Encoder.appendLastChunk(trailers: trailers, to: &worker.toUpstream)
  }

  /// The worker's buffer is this connection's from now on; what another one has put there goes out.
  private func claimOutput() {
    if worker.toUpstreamOwner == token { return }
    if !worker.toUpstream.isEmpty { worker.upstreams[worker.toUpstreamOwner]?.flush() }
    worker.toUpstream.clear()
    worker.toUpstreamOwner = token
  }

  // A broken pipe is told by the reading side too, where an early answer may stand before the end.
  func flush() {
    if worker.toUpstream.isEmpty || worker.toUpstreamOwner != token { return }
    worker.metrics.add(.upstreamBytesSent, worker.toUpstream.count)
    worker.toUpstream.withBytes { transport.send($0) }
    worker.toUpstream.clear()
  }

  func becomeTunnel() {
    phase = .tunnel
    framing = .none
  }

  func finishSending() { transport.finish() }

  func detach(reusable: Bool) {
    exchange = nil
    served += 1
    idleTurn = worker.loop.turns
    if reusable && phase == .active && decoder.isIdle && rest.isEmpty && transport.queued == 0
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
