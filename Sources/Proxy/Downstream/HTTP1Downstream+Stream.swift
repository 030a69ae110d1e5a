internal import HTTP
internal import Policy
internal import Primitives
internal import Reactor
internal import Telemetry

/// What the exchange asks of its client. Small pieces are put together in the worker's buffer and leave in one write.
extension HTTP1Downstream: DownstreamStream {
  var queued: Int { transport.queued }
  var taken: UInt64 { transport.taken() }
  // TCP's own window is the kernel's business.
  var firstRoom: Int { .max }
  var window: Int { .max }
  var hasFailed: Bool { transport.writeError != 0 }

  func sendInformational(_ head: borrowing MessageHead) {
    guard exchange?.request.version == .http11 else { return }
    worker.toDownstream.claim(token)
    HTTP1Encoder.appendResponse(head, to: &worker.toDownstream.bytes, version: .http11, persistent: true)
    flush()
  }

  func sendHead(_ head: borrowing MessageHead, persistent: Bool) {
    framing = head.framing
    worker.toDownstream.claim(token)
    HTTP1Encoder.appendResponse(
      head, to: &worker.toDownstream.bytes, version: exchange?.request.version ?? .http11,
      persistent: persistent)
  }

  func sendBody(_ bytes: Span<UInt8>) {
    if bytes.isEmpty { return }
    worker.toDownstream.claim(token)
    if framing == .chunked { HTTP1Encoder.appendChunkHeader(bytes.count, to: &worker.toDownstream.bytes) }
    if bytes.count <= Worker.copyLimit {
      worker.toDownstream.bytes.append(bytes)
    } else {
      worker.metrics.add(.downstreamBytesSent, worker.toDownstream.bytes.count + bytes.count)
      worker.toDownstream.bytes.withBytes { transport.send($0, bytes) }
      worker.toDownstream.bytes.clear()
    }
    if framing == .chunked { HTTP1Encoder.appendChunkEnd(to: &worker.toDownstream.bytes) }
  }

  func sendEnd(trailers: borrowing MessageHead) {
    if framing != .chunked { return }
    worker.toDownstream.claim(token)
    HTTP1Encoder.appendLastChunk(trailers: trailers, to: &worker.toDownstream.bytes)
  }

  func flush() {
    guard worker.toDownstream.holds(token) else { return }
    worker.toDownstream.claim(token)
    worker.metrics.add(.downstreamBytesSent, worker.toDownstream.bytes.count)
    worker.toDownstream.bytes.withBytes { transport.send($0) }
    worker.toDownstream.bytes.clear()
  }

  func resume() { worker.loop.continueLater(token) }

  func becomeTunnel() {
    phase = .tunnel
    framing = .none
    deadline = .distantFuture
    if !rest.isEmpty {
      var input = ByteBuffer()
      swap(&input, &rest)
      exchange?.tunnelReceivedFromDownstream(input.bytes)
    }
    resume()
  }

  func finishSending() { transport.finish() }

  func exchangeFinished(keep: Bool) {
    exchange = nil
    if transport.writeError != 0 { return close() }
    if keep && phase == .answering {
      phase = .idle
      setDeadline(after: idleTime)
      if !isDecoding && (!rest.isEmpty || transport.isReadable) { resume() }
      return
    }
    finish()
  }

  func abort(_ code: HTTP2ErrorCode) {
    exchange = nil
    transport.resetOnClose()
    close()
  }
}
