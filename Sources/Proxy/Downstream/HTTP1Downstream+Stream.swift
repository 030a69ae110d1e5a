internal import HTTP
internal import Policy
internal import Primitives
internal import Reactor
internal import Telemetry

/// What the exchange asks of its client. Small pieces are put together in the worker's buffer and leave in one write.
extension HTTP1Downstream: DownstreamStream {
  var lent: LentDownstream { LentDownstream(self) }
  var listener: Lent<Door> { Lent(door) }
  var isSecure: Bool { transport.isSecure }
  var tls: TLSDetails? { transport.tlsDetails }
  var queued: Int { transport.queued }
  var taken: UInt64 { transport.taken() }
  // TCP's own window is the kernel's business.
  var firstRoom: Int { .max }
  var window: Int { .max }
  var hasFailed: Bool { transport.writeError != 0 }

  func sendInformational(_ head: borrowing MessageHead) {
    guard exchange?.request.version == .http11 else { return }
    gatherer.claim(token)
    HTTP1Encoder.appendResponse(head, to: &gatherer.bytes, version: .http11, persistent: true)
    flush()
  }

  func sendHead(_ head: borrowing MessageHead, persistent: Bool) {
    framing = head.framing
    hasBegunAnswer = false
    gatherer.claim(token)
    HTTP1Encoder.appendResponse(
      head, to: &gatherer.bytes, version: exchange?.request.version ?? .http11,
      persistent: persistent)
  }

  func sendBody(_ bytes: Span<UInt8>) {
    if bytes.isEmpty { return }
    gatherer.claim(token)
    if framing == .chunked { HTTP1Encoder.appendChunkHeader(bytes.count, to: &gatherer.bytes) }
    if bytes.count <= Worker.copyLimit {
      gatherer.bytes.append(bytes)
    } else {
      worker.metrics.add(.downstreamBytesSent, gatherer.count + bytes.count)
      sendWaiting()
      hasBegunAnswer = true
      gatherer.take { transport.send($0, bytes) }
    }
    if framing == .chunked { HTTP1Encoder.appendChunkEnd(to: &gatherer.bytes) }
  }

  func sendEnd(trailers: borrowing MessageHead) {
    if framing != .chunked { return }
    gatherer.claim(token)
    HTTP1Encoder.appendLastChunk(trailers: trailers, to: &gatherer.bytes)
  }

  func flush() {
    guard gatherer.holds(token) else { return }
    gatherer.claim(token)
    worker.metrics.add(.downstreamBytesSent, gatherer.count)
    sendWaiting()
    hasBegunAnswer = true
    gatherer.take { transport.send($0) }
  }

  func takeBack() -> Bool {
    guard !hasBegunAnswer, gatherer.holds(token) else { return false }
    gatherer.claim(token)
    gatherer.take { _ in }
    return true
  }

  func flushLater() {
    // Whoever does not take what there is has to show that it is too much.
    guard transport.queued == 0, transport.writeError == 0, gatherer.holds(token) else { return flush() }
    gatherer.claim(token)
    worker.metrics.add(.downstreamBytesSent, gatherer.count)
    isWaiting = true
    if gatherer.wait() { worker.sendWaiting() }
  }

  func resume() { loop.continueLater(token) }

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

  func abort(_ code: HTTP2ErrorCode, isStuck: Bool) {
    exchange = nil
    if !isStuck, mayEndWithoutReset {
      sendWaiting()
      gatherer.drop(token)
      return finish()
    }
    transport.resetOnClose()
    close()
  }

  /// A reset takes along what the client has not read yet (RFC 9112, section 9.6): whole answers too, where some went
  /// before. Then a FIN does, which nobody can take for the broken one's end, unless that is what would delimit it
  /// (section 8).
  private var mayEndWithoutReset: Bool {
    let hasAnswered = requests > (phase == .readingHead ? 0 : 1)
    return hasAnswered && phase != .tunnel && framing != .untilClose && transport.writeError == 0
  }
}
