internal import HTTP
internal import Mesh
internal import Policy
internal import Primitives
internal import Reactor
internal import Telemetry

/// Bytes in: the decoder's events go to the exchange.
extension HTTP1Downstream {
  /// Bytes that may be read now: 0 while the request's receiver has no room or an answer is under way.
  private var room: Int {
    switch phase {
    case .idle, .readingHead, .lingering: .max
    case .readingBody, .tunnel: exchange?.requestRoom ?? 0
    case .answering, .closed: 0
    }
  }

  func read() {
    if !rest.isEmpty && (phase == .idle || phase == .readingBody) && !isDecoding { continueWithRest() }
    var turns = 4
    while turns > 0, transport.isReadable {
      let room = self.room
      if room <= 0 { return }
      turns -= 1
      switch transport.receive(into: readBuffer, limit: room) {
      case .bytes: readBuffer.withBytes { received($0) }
      case .wouldBlock: return
      case .ended: return ended()
      case .failed: return lost()
      }
    }
    if transport.isReadable && room > 0 { loop.continueLater(token) }
  }

  /// Takes the bytes that came before anybody knew that they are HTTP.
  func receiveFirst(_ bytes: Span<UInt8>) { received(bytes) }

  private func received(_ bytes: Span<UInt8>) {
    worker.metrics.add(.downstreamBytesReceived, bytes.count)
    switch phase {
    case .tunnel: exchange?.tunnelReceivedFromDownstream(bytes)
    case .lingering: linger(bytes.count)
    default:
      if rest.isEmpty {
        let used = process(bytes)
        if used < bytes.count { keep(bytes.extracting(used...)) }
      } else {
        rest.append(bytes)
        continueWithRest()
      }
    }
  }

  private func continueWithRest() {
    // Taken out while it is looked at, so that nothing can append to it meanwhile.
    var input = ByteBuffer()
    swap(&input, &rest)
    let used = process(input.bytes)
    if used < input.count {
      input.consume(used)
      if phase != .closed && phase != .lingering { swap(&input, &rest) }
    }
  }

  private func keep(_ bytes: Span<UInt8>) {
    if phase == .tunnel {
      exchange?.tunnelReceivedFromDownstream(bytes)
    } else if phase != .closed && phase != .lingering {
      rest.append(bytes)
    }
  }

  /// Decodes as much as can be, handing events to the exchange. Returns the bytes used.
  private func process(_ input: Span<UInt8>) -> Int {
    isDecoding = true
    defer { isDecoding = false }
    var offset = 0
    while true {
      switch phase {
      case .idle:
        if offset == input.count { return offset }
        if requests == 0 {
          switch HTTP2Preface.compare(input.extracting(offset...)) {
          case .other:
            if input[offset] == TLSRecord.handshake, !transport.isSecure {
              refuseTLS()
              return input.count
            }
          case .incomplete: return offset
          case .whole:
            becomeHTTP2(input.extracting(offset...))
            return input.count
          }
        }
        begin()
      case .readingHead, .readingBody: break
      case .answering, .tunnel, .lingering, .closed: return offset
      }
      if $exchange({ takeEvent(for: $0, input, &offset) }) != true { return offset }
    }
  }

  /// Takes the next event from the input. False where none is left in it.
  private func takeEvent(for exchange: Exchange, _ input: Span<UInt8>, _ offset: inout Int) -> Bool {
    do throws(HTTPError) {
      switch try decoder.next(input, &offset, head: &exchange.request, trailers: &exchange.requestTrailers) {
      case .needInput:
        if phase == .readingBody { exchange.requestPaused() }
        return false
      case .head:
        phase = .readingBody
        requests += 1
        if isLastRequest { exchange.request.persistent = false }
        deadline = .distantFuture
        exchange.requestHeadReceived()
      case .body(let range) where decoder.maySeeChunks(input, behind: range):
        worker.withPieces { pieces in
          pieces.append(input.extracting(range))
          decoder.gatherChunks(input, &offset, into: &pieces)
          exchange.requestBodyReceived(pieces.bytes)
        }
      case .body(let range): exchange.requestBodyReceived(input.extracting(range))
      case .end:
        if phase == .readingBody { phase = .answering }
        exchange.requestEnded()
      case .informational: break
      }
      return true
    } catch {
      exchange.requestMalformed(error)
      offset = input.count
      return false
    }
  }

  /// A ClientHello would only be answered with a malformed request's 400, which no client of TLS shows to anybody.
  private func refuseTLS() {
    worker.noteTLSOnPlainListener(peer, door)
    finish()
  }

  private func begin() {
    $exchange = worker.beginExchange(on: lent)
    phase = .readingHead
    setDeadline(after: worker.timeouts.head)
  }

  /// The client has finished sending. An exchange that is complete still gets its answer.
  private func ended() {
    switch phase {
    case .idle:
      sendWaiting()
      if transport.queued > 0 { finish() } else { close() }
    case .lingering: close()
    case .readingHead, .readingBody: exchange?.downstreamLost()
    case .tunnel: exchange?.tunnelDownstreamEnded()
    case .answering, .closed: break
    }
  }

  /// Reads and drops, within a bound, so that the kernel does not answer with a reset that would destroy the reply.
  private func linger(_ count: Int) {
    lingered += count
    if lingered > 1 << 20 { close() }
  }
}
