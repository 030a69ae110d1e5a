internal import HTTP
internal import Primitives
internal import Reactor

/// One client of a `LocalServer`. Reads a request, answers, and reads on only once the answer has left, so that a
/// client that does not read holds one answer's memory at most.
final class LocalConnection {
  private enum Phase {
    /// Waits for a request's first byte.
    case idle
    /// Within a request.
    case reading
    /// The service wants the answer to wait.
    case delaying
    /// The answer is on its way out.
    case writing
    /// The last answer is out; what still comes is dropped.
    case lingering
    case closed
  }

  var token = Token.none
  private(set) var deadline = MonotonicTime.distantFuture

  private let server: LocalServer
  private var phase = Phase.idle
  private var transport: Transport
  private var decoder: HTTP1Decoder
  private var request = MessageHead()
  private var trailers = MessageHead()
  private var response = LocalResponse()
  private var rest = ByteBuffer()
  private var head = ByteBuffer()
  private var bodyBytes: UInt64 = 0
  private var sentAtDeadline: UInt64 = 0
  private var keepsConnection = false
  private var timer = TimerWheel.ID.none

  /// Whether an answer waits for the client to read it.
  var isUnread: Bool { phase == .writing }

  init(server: LocalServer, socket: consuming Socket) {
    self.server = server
    transport = Transport(socket)
    decoder = HTTP1Decoder(role: .server, limits: server.limits.http)
  }

  var descriptor: Int32 { transport.descriptor }
  /// Whether no whole request has come that waits for its answer.
  var isWaiting: Bool { phase == .idle || phase == .reading || phase == .lingering }

  /// The first request must come as soon as any other must be complete: nobody may just hold a place.
  func begin() {
    setDeadline(server.limits.request)
    ready(.readable)
  }

  func close() {
    guard phase != .closed else { return }
    phase = .closed
    server.loop.cancel(timer)
    server.retire(self)
  }

  /// The answer breaks off: the client must not take it for a whole one.
  func cut() {
    transport.resetOnClose()
    close()
  }

  // MARK: Events of the loop

  func ready(_ readiness: Readiness) {
    guard phase != .closed else { return }
    transport.note(readiness)
    if !readiness.isDisjoint(with: [.failed, .hungUp]) { return close() }
    if transport.queued > 0 { transport.flush() }
    if transport.writeError != 0 { return close() }
    if phase == .writing && transport.queued == 0 { answered() }
    readAll()
  }

  func timerFired() {
    switch phase {
    case .delaying: send()
    case .writing where transport.totalSent != sentAtDeadline: setDeadline(server.limits.stall)
    case .reading: refuse(408, "the request did not come in time")
    case .writing: cut()
    case .idle, .lingering, .closed: close()
    }
  }

  private func setDeadline(_ interval: Interval) {
    server.loop.cancel(timer)
    deadline = server.loop.now + interval
    sentAtDeadline = transport.totalSent
    timer = server.loop.schedule(at: deadline, token.raw)
  }

  // MARK: Reading

  private func readAll() {
    if phase == .idle && !rest.isEmpty { processRest() }
    var turns = 4
    while turns > 0, phase == .idle || phase == .reading || phase == .lingering {
      turns -= 1
      switch transport.receive(into: server.loop.readBuffer) {
      case .bytes: server.loop.readBuffer.withBytes { received($0) }
      case .wouldBlock: return
      case .ended:
        // Half a request, or nothing: nobody waits for an answer.
        return close()
      case .failed: return close()
      }
    }
    if transport.isReadable && isWaiting { server.loop.continueLater(token) }
  }

  private func received(_ bytes: Span<UInt8>) {
    if phase == .lingering { return }
    rest.append(bytes)
    processRest()
  }

  private func processRest() {
    // Taken out while it is looked at.
    var input = ByteBuffer()
    swap(&input, &rest)
    let used = process(input.bytes)
    if used < input.count && phase != .closed && phase != .lingering {
      input.consume(used)
      swap(&input, &rest)
    }
  }

  /// Decodes until a request is complete or bytes run out. Returns the bytes used.
  private func process(_ input: Span<UInt8>) -> Int {
    var offset = 0
    while offset < input.count || phase == .reading {
      if phase == .idle {
        phase = .reading
        bodyBytes = 0
        request.clear()
        setDeadline(server.limits.request)
      }
      guard phase == .reading else { return offset }
      do throws(HTTPError) {
        switch try decoder.next(input, &offset, head: &request, trailers: &trailers) {
        case .needInput: return offset
        case .head:
          if request.expectsContinue { transport.send("HTTP/1.1 100 Continue\r\n\r\n".utf8.span) }
        case .body(let range):
          bodyBytes += UInt64(range.count)
          if bodyBytes > server.limits.bodyBytes { refuse(413, "the request's body is too long") }
        case .end: answer()
        case .informational: break
        }
      } catch {
        refuse(error.status, error.reason)
      }
    }
    return offset
  }

  // MARK: Answering

  private func answer() {
    keepsConnection = request.persistent && server.keepsConnections
    response = LocalResponse()
    server.service.respond(to: request, &response)
    if response.delay > .zero {
      phase = .delaying
      setDeadline(response.delay)
    } else {
      send()
    }
  }

  private func refuse(_ status: Int, _ reason: StaticString) {
    keepsConnection = false
    response = LocalResponse()
    response.status = status
    response.body.append(reason)
    response.body.append("\n")
    send()
  }

  private func send() {
    if response.breaksOff {
      transport.resetOnClose()
      return close()
    }
    appendHead()
    phase = .writing
    let sendsBody = request.method != .head && response.status != 204 && response.status != 304
    if sendsBody {
      transport.send(head.bytes, response.body.bytes)
    } else {
      transport.send(head.bytes)
    }
    head.clear()
    response = LocalResponse()
    if transport.writeError != 0 { return close() }
    if transport.queued > 0 { setDeadline(server.limits.stall) } else { answered() }
  }

  private func appendHead() {
    head.append("HTTP/1.1 ")
    head.append(decimal: UInt64(response.status))
    head.append(" ")
    head.append(StatusReason.phrase(response.status))
    head.append("\r\nContent-Type: ")
    head.append(response.contentType)
    head.append("\r\nContent-Length: ")
    head.append(decimal: UInt64(response.body.count))
    for field in response.fields {
      head.append("\r\n")
      head.append(field.name)
      head.append(": ")
      head.append(field.value)
    }
    if !keepsConnection {
      head.append("\r\nConnection: close")
    } else if request.version == .http10 {
      head.append("\r\nConnection: keep-alive")
    }
    head.append("\r\n\r\n")
  }

  /// The answer has left.
  private func answered() {
    if keepsConnection {
      // A client that has finished sending may have sent several requests: the end is found behind them.
      phase = .idle
      setDeadline(server.limits.idle)
      if !rest.isEmpty || transport.isReadable { server.loop.continueLater(token) }
    } else {
      phase = .lingering
      rest.release()
      transport.finish()
      if transport.hasPeerFinished { close() } else { setDeadline(server.limits.linger) }
    }
  }
}
