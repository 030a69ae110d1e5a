internal import CNghttp2
public import Primitives

extension HTTP2Session {
  /// Takes bytes of the peer, all of them; what they mean is told by `next`, and body ranges count in `bytes`.
  ///
  /// - Throws: where the connection is over. A GOAWAY that says why waits for `pull`; see `failure`, too.
  public func receive(_ bytes: Span<UInt8>, now: MonotonicTime) throws(HTTP2ConnectionError) {
    if let failure { throw failure }
    glitches.forgive(now)
    let unknown = scanner.scan(bytes)
    if unknown > 0, !glitches.add(unknown) { failure = .tooManyGlitches }
    // SAFETY: libnghttp2 reads within the span only, and the pointer is forgotten when it is done.
    let result =
      failure != nil
      ? 0
      : unsafe bytes.withUnsafeBufferPointer { buffer in
        unsafe input = buffer.baseAddress
        inputCount = buffer.count
        defer { unsafe input = nil }
        return unsafe nghttp2_session_mem_recv(session, buffer.baseAddress, buffer.count)
      }
    if result < 0, failure == nil { failure = Self.error(Int32(result)) }
    if failure == nil, queuedFrames > mostQueuedFrames { failure = .queuedOutput }
    if let failure {
      abort(failure.code)
      throw failure
    }
  }

  /// Frames other than DATA that wait for `pull`: heads of answers, resets, and what control frames draw.
  private var queuedFrames: Int {
    // SAFETY: the session lives.
    unsafe nghttp2_session_get_outbound_queue_size(session)
  }

  /// A few for each stream, and what control frames may draw: no peer that reads comes near it.
  private var mostQueuedFrames: Int { settings.maxQueuedControlFrames + 4 * settings.maxConcurrentStreams }

  private static func error(_ code: Int32) -> HTTP2ConnectionError {
    switch code {
    case NGHTTP2_ERR_BAD_CLIENT_MAGIC.rawValue: .badPreface
    case NGHTTP2_ERR_FLOODED.rawValue: .queuedOutput
    case NGHTTP2_ERR_TOO_MANY_CONTINUATIONS.rawValue: .tooManyContinuations
    case NGHTTP2_ERR_NOMEM.rawValue: .outOfMemory
    default: .protocolViolation
    }
  }

  /// Gives the peer's window back for bytes that were taken: the stream's and the connection's.
  public func consume(_ count: Int, on stream: HTTP2Stream) {
    let count = min(count, stream.unconsumed)
    guard count > 0 else { return }
    stream.unconsumed -= count
    // SAFETY: the session lives.
    unsafe _ = nghttp2_session_consume(session, stream.id, count)
  }

  // MARK: What libnghttp2 calls back

  func frameBegins(_ type: UInt8, flags: UInt8, length: Int, id: Int32) -> Bool {
    let cost = cost(of: type, flags: flags, length: length, id: id)
    if cost > 0, !glitches.add(cost) { return fail(.tooManyGlitches) }
    // Section 6.3; libnghttp2 looks at none of them.
    if type == Self.priority, id == 0 { return fail(.protocolViolation) }
    if type == Self.continuation {
      continuations += 1
      if continuations > settings.maxContinuations { return fail(.tooManyContinuations) }
    }
    if type == Self.headers { continuations = 0 }
    if type == Self.headers, role == .server, id > 0 {
      if id > lastStreamID {
        lastStreamID = id
      } else if stream(id) == nil, !recentlyReset.contains(id) {
        return fail(.staleStreamID)
      }
    }
    return true
  }

  func fail(_ error: HTTP2ConnectionError) -> Bool {
    failure = error
    return false
  }

  /// What a frame costs beyond what it carries; 0 for those that are of use.
  private func cost(of type: UInt8, flags: UInt8, length: Int, id: Int32) -> Int {
    let ends = flags & 0x1 != 0
    switch type {
    case Self.data: return length == 0 && !ends ? 1 : 0
    case Self.headers: return 0
    // ACKs answer us.
    case Self.settings: return ends ? 0 : 1 + length / 60
    case Self.ping: return ends ? 0 : 1
    case Self.reset, Self.priority, Self.continuation: return 1
    case Self.windowUpdate:
      // One for the stream and one for the connection is what each frame of ours may draw.
      if windowCredit == 0 { return 1 }
      windowCredit -= 1
      return 0
    case Self.goAway: return 10
    default: return 1
    }
  }

  static let data: UInt8 = 0
  static let headers: UInt8 = 1
  static let priority: UInt8 = 2
  static let reset: UInt8 = 3
  static let settings: UInt8 = 4
  static let ping: UInt8 = 6
  static let goAway: UInt8 = 7
  static let windowUpdate: UInt8 = 8
  static let continuation: UInt8 = 9

  func stream(_ id: Int32) -> HTTP2Stream? {
    if let decoding, decoding.id == id { return decoding }
    // SAFETY: user data is a slot's number plus one, never followed as a pointer.
    let data = unsafe nghttp2_session_get_stream_user_data(session, id)
    let slot = Int(bitPattern: data) - 1
    return slot >= 0 && slot < open.count ? open[slot] : nil
  }

  func headersBegin(_ id: Int32) {
    decoding = nil
    if let stream = stream(id) {
      decoding = stream
      // A further block: trailers, or what follows a 1xx.
      stream.fields = HTTP2FieldCount()
      if !stream.hasCompleteHead {
        stream.head.clear()
        stream.pseudo = HTTP2PseudoFields()
      }
      return
    }
    guard role == .server else { return }
    let stream = take(id: id)
    decoding = stream
    // SAFETY: a number, not a pointer.
    unsafe _ = nghttp2_session_set_stream_user_data(
      session, id, UnsafeMutableRawPointer(bitPattern: stream.slot + 1))
  }

  func headersEnd(_ stream: HTTP2Stream, ends: Bool) {
    if ends { stream.receivedEnd = true }
    decoding = nil
    defer { if ends, stream.malformation == nil { note(.end, stream) } }
    if stream.hasCompleteHead {
      if let error = stream.malformation { tell(stream, malformed: error) }
      return
    }
    do throws(HTTPError) {
      if let malformation = stream.malformation { throw malformation }
      if role == .server {
        try stream.head.finishRequest(stream.pseudo, receivedEnd: ends, limits)
        stream.method = stream.head.method
      } else {
        try stream.head.finishResponse(stream.pseudo, to: stream.method, receivedEnd: ends)
      }
      if stream.head.status >= 100, stream.head.status < 200 { return try informationalReceived(stream) }
      stream.hasCompleteHead = true
      note(.head, stream)
    } catch {
      // It will be reset, or answered, for nothing.
      if !glitches.add(1), failure == nil { failure = .tooManyGlitches }
      stream.hasCompleteHead = true
      tell(stream, malformed: error)
    }
  }

  private func informationalReceived(_ stream: HTTP2Stream) throws(HTTPError) {
    stream.informationalCount += 1
    if stream.informationalCount > limits.informational { throw .tooManyInformational }
    let spare = pool.takeHead()
    swap(&spare.head, &stream.head)
    stream.informationals.append(spare)
    note(.informational, stream)
  }

  /// The message is refused: its owner hears it once, and nothing more of what comes.
  func tell(_ stream: HTTP2Stream, malformed error: HTTPError) {
    stream.malformation = stream.malformation ?? error
    if stream.isMalformedTold || stream.isResetTold { return }
    stream.isMalformedTold = true
    note(.malformed, stream)
  }

  func bodyReceived(_ stream: HTTP2Stream, at data: UnsafePointer<UInt8>, count: Int) {
    guard let base = unsafe input else { return }
    let start = unsafe data - base
    // What libnghttp2 gives lies in what it was given.
    precondition(start >= 0 && start + count <= inputCount)
    stream.unconsumed += count
    if count >= 1024 { glitches.refund() }
    if stream.isResetTold || stream.malformation != nil { return }
    note(
      EventRecord(kind: .body, slot: Int32(stream.slot), start: Int32(start), end: Int32(start + count)))
  }

  func closed(_ stream: HTTP2Stream, code: UInt32) {
    stream.isClosed = true
    decoding = nil
    let wasWhole = stream.receivedEnd && stream.sentEnd
    if wasWhole { glitches.refund() }
    if !wasWhole, !stream.isResetTold, !stream.sentReset, stream.malformation == nil {
      stream.isResetTold = true
      note(
        .reset, stream, code: stream.isBegun || role == .server ? code : HTTP2ErrorCode.refusedStream.rawValue
      )
    }
    note(.closed, stream)
  }
}
