internal import CLinux
internal import Primitives

/// TLS behind the same calls: what is received was decrypted, and what is sent leaves as records.
extension Transport {
  /// How far a handshake has come.
  public enum Handshake: Equatable {
    case underWay
    /// Its last messages may wait for `flush`, or for what is sent next, with which they leave.
    case complete
    /// What the other side should know of it was sent.
    case failed(TLSFailure)
  }

  /// A client's connection goes on as TLS.
  /// - Parameter received: its first bytes, which have come already.
  /// - Returns: false where memory has run out.
  public mutating func secure(_ context: TLSServerContext, received: Span<UInt8>, on loop: EventLoop) -> Bool
  {
    tls = TLSSession(context, on: loop.tlsWire, received: received)
    return tls != nil
  }

  /// A connection to an endpoint goes on as TLS.
  /// - Parameter store: where the session to be resumed is, and where those for later connections go.
  public mutating func secure(
    _ context: TLSClientContext, resuming store: TLSSessionStore?, on loop: EventLoop
  )
    -> Bool
  {
    tls = TLSSession(context, on: loop.tlsWire, resuming: store)
    return tls != nil
  }

  /// Goes on with the handshake as far as can be; to be called again when the loop reports something.
  public mutating func handshake() -> Handshake {
    guard let tls else { return .complete }
    var fresh = 0
    while true {
      switch tls.handshake(fresh: fresh) {
      case .complete:
        emit(tls, holds: true)
        return .complete
      case .failed: return failed(tls)
      case .needsInput:
        emit(tls)
        if writeError != 0 {
          tls.fail(.reset)
          return failed(tls)
        }
        if !canRead { return .underWay }
        switch receiveRecords(tls, room: 1) {
        case .bytes(let count): fresh = count
        case .wouldBlock: return .underWay
        case .ended: tls.fail(.truncated)
        case .failed: tls.fail(.reset)
        }
        if tls.failure != nil { return failed(tls) }
      }
    }
  }

  private mutating func failed(_ tls: TLSSession) -> Handshake {
    emit(tls)
    return .failed(tls.failure ?? TLSFailure(.internalError))
  }

  /// `receive` for TLS.
  mutating func receiveSecurely(_ tls: TLSSession, into buffer: ReadBuffer, limit: Int) -> Received {
    precondition(!buffer.isLookedAt && limit > 0)
    let room = min(limit, buffer.capacity)
    var fresh = 0
    while true {
      // SAFETY: at most `room` bytes of the buffer are written.
      let count = unsafe tls.decrypt(fresh: fresh, into: buffer.base, room: room)
      // A ticket's or a key's renewal may have to be answered.
      emit(tls)
      buffer.count = count
      if count > 0 { return .bytes(count) }
      if tls.failure != nil {
        canRead = false
        tls.endWasTold()
        return .failed(EPROTO)
      }
      if tls.hasClosed {
        canRead = false
        peerFinished = true
        tls.endWasTold()
        return .ended
      }
      if !canRead { return .wouldBlock }
      switch receiveRecords(tls, room: room) {
      case .bytes(let count): fresh = count
      case .wouldBlock: return .wouldBlock
      case .ended:
        tls.isTruncated = true
        return .ended
      case .failed(let code): return .failed(code)
      }
    }
  }

  /// `hasUnread` for TLS: a ticket is nothing that anybody has to read.
  mutating func hasUnreadContent(_ tls: TLSSession) -> Bool {
    var fresh = 0
    while true {
      if tls.hasContent(fresh: fresh) { return true }
      emit(tls)
      if !canRead { return false }
      switch receiveRecords(tls, room: 1) {
      case .bytes(let count): fresh = count
      case .wouldBlock: return false
      case .ended, .failed: return true
      }
    }
  }

  /// Receives into the wire's input, behind what the session has kept. The bytes are those of both.
  private mutating func receiveRecords(_ tls: TLSSession, room: Int) -> Received {
    let held = tls.moveKept()
    // One record at least, so that small reads come to an end.
    let limit = min(tls.wire.capacity - held, max(room, TLSRecord.headerSize + TLSRecord.mostPayload))
    // SAFETY: the kernel writes at most `limit` bytes behind the first `held`.
    let n = unsafe clinux_receive(descriptor, tls.wire.input + held, limit, 0)
    if n > 0 {
      // See `receive`.
      if n < limit && !peerFinished { canRead = false }
      return .bytes(held + n)
    }
    let code = n == 0 ? 0 : clinux_errno()
    tls.keepAgain(held)
    if n == 0 {
      canRead = false
      peerFinished = true
      return .ended
    }
    if code == EINTR { return .wouldBlock }
    canRead = false
    return code == EAGAIN ? .wouldBlock : .failed(code)
  }

  /// `send` for TLS.
  mutating func sendSecurely(_ tls: TLSSession, _ a: Span<UInt8>, _ b: Span<UInt8>) {
    let isWhole = tls.encrypt(a) && tls.encrypt(b)
    emit(tls)
    if !isWhole { writeError = EPROTO }
  }

  /// Sends what the session has made, or keeps what the socket does not take.
  /// - Parameter holds: it may wait for what is sent next.
  mutating func emit(_ tls: TLSSession, holds: Bool = false) {
    let count = tls.wire.output.count
    if count == 0 { return }
    if writeError == 0, !isFinished {
      var sent = 0
      if output.isEmpty, canWrite, !holds { sent = tls.wire.output.withBytes { write($0) } }
      if sent < count, writeError == 0 {
        if !holds { prepareToHold(count - sent) }
        tls.wire.output.withBytes { output.append($0.extracting(sent...)) }
        isHeld = holds
        if canWrite, !holds { flush() }
      }
    }
    tls.wire.output.clear()
  }

  /// TLS has failed: from now on bytes come as they are, to be dropped.
  public mutating func becomePlain() { tls = nil }

  /// Whether what is carried is TLS.
  public var isSecure: Bool { tls != nil }
  /// What the handshake has agreed upon; nil before its end, and where there is none.
  public var tlsDetails: TLSDetails? { tls?.details }
  /// Why TLS has failed; nil where it has not.
  public var tlsFailure: TLSFailure? { tls?.failure }
  /// Somebody may have cut the connection off: it has ended without a close_notify. Only the message knows whether that
  /// matters (RFC 9112, section 9.8).
  public var isTruncated: Bool { tls != nil && tls!.isTruncated }

  /// Tells the other side that nothing more comes, before a connection is closed on which nothing is under way.
  public mutating func sayGoodbye() {
    guard let tls, writeError == 0, !finishAfterFlush else { return }
    tls.sayGoodbye()
    emit(tls)
  }
}
