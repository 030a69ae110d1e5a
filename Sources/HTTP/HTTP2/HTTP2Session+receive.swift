internal import CNghttp2
public import Primitives

extension HTTP2Session {
  /// Reads all of the input. Deliver every event before the input goes.
  ///
  /// Throws where the connection is over; all its streams are, too. Events from before stand to be delivered, and a GOAWAY
  /// to be pulled. It throws the same ever after.
  public func receive(_ input: Span<UInt8>, now: MonotonicTime) throws(HTTP2ConnectionError) {
    settle()
    if let failure { throw failure }
    meter.refill(now)
    if input.isEmpty { return }
    // SAFETY: the caller's bytes outlive this call, and the address is forgotten at its end.
    unsafe inputStart = input.withUnsafeBufferPointer { $0.baseAddress }
    var fed = 0
    pool.run.forget()
    sawPieces = false
    var offset = 0
    // Frame by frame, so that what comes of them does not depend on how they are cut.
    while failure == nil, let header = scanner.next(input, &offset) {
      feed(&fed, offset &- HTTP2FrameHeader.size)
      if failure == nil, !gather(header, input, &offset, &fed) { judge(header) }
      if failure != nil { preferEarlier() }
    }
    feed(&fed, input.count)
    unsafe inputStart = nil
    if failure == nil, unsafe nghttp2_session_get_outbound_queue_size(session) > 0 { frameControl() }
    if isFlooded { fail(.queuedOutput) }
    appendGoAway()
    if let failure { throw failure }
  }

  /// nghttp2 tells only when it is asked for frames that it has ended the session, and takes no further one into account.
  private func preferEarlier() {
    guard let found = failure, owesGoAway else { return }
    failure = nil
    owesGoAway = false
    frameControl()
    if failure == nil { fail(found) }
  }

  /// Gives nghttp2 the input up to `end`.
  func feed(_ fed: inout Int, _ end: Int) {
    guard failure == nil, end > fed else { return }
    // SAFETY: within the input; what nghttp2 keeps of it, it copies.
    unsafe feed(inputStart! + fed, end &- fed)
    fed = end
  }

  /// - Parameter start: it has to stay until the call is over.
  @unsafe
  func feed(_ start: UnsafePointer<UInt8>, _ count: Int) {
    let count = unsafe nghttp2_session_mem_recv(session, start, count)
    if count >= 0 || failure != nil { return }
    switch Int32(truncatingIfNeeded: count) {
    case NGHTTP2_ERR_BAD_CLIENT_MAGIC.rawValue: fail(.badPreface)
    case NGHTTP2_ERR_FLOODED.rawValue: fail(.queuedOutput)
    default: fail(.internalError)
    }
  }

  /// Looks at a frame before nghttp2 does, since nghttp2 reports only some. Everything before it has been read.
  private func judge(_ header: HTTP2FrameHeader) {
    switch header.type {
    case HTTP2FrameType.data:
      // How much of a padded one is content is known once it is read.
      if !header.endsStream, !header.isPadded { judgeContent(header.length) }
      if isClosed(header.stream) { refuseOnClosed(header) }
    case HTTP2FrameType.headers:
      scanner.continuations = 0
      scanner.blockLength = header.length
      reader.isReading = false
      if header.stream & 1 == 1, role == .server, header.stream > scanner.lastPeerStream {
        scanner.lastPeerStream = header.stream
        // nghttp2 ignores it.
        if sentLastStream { charge(.refused, extra: HTTP2Glitch.decompressing(header.length)) }
      } else if isClosed(header.stream) {
        refuseOnClosed(header)
      }
    case HTTP2FrameType.continuation:
      if header.length == 0 { charge(.emptyFrame) }
      // Of a block that nobody reads: its first frame was paid for.
      if !reader.isReading { charge(.closedStream, extra: HTTP2Glitch.decompressing(header.length)) }
      scanner.continuations += 1
      scanner.blockLength += header.length
      // nghttp2 takes one of any size.
      if header.length > settings.maxFrameSize { fail(.frameSize) }
      if scanner.continuations > settings.maxContinuations { fail(.tooManyContinuations) }
    case HTTP2FrameType.priority:
      // nghttp2 does not look at one, where priorities are off (RFC 9113, section 6.3).
      if header.stream == 0 { fail(.protocolViolation) }
      charge(.priority)
    case HTTP2FrameType.settings:
      if header.isAcknowledgement { knowsSettings = true } else { charge(.settings) }
    case HTTP2FrameType.ping:
      if !header.isAcknowledgement { charge(.ping) }
    case HTTP2FrameType.goAway: charge(.goAway)
    case HTTP2FrameType.windowUpdate:
      // One that opens a shut window has us send a frame, maybe of a byte.
      if isShut(header.stream) || !content.takeUpdate() { charge(.windowUpdate) }
    case HTTP2FrameType.reset, HTTP2FrameType.pushPromise: break
    default:
      if role == .client, !hasPeerSettings, header.isText { return fail(.http1Answer) }
      charge(.unknownFrame)
    }
  }

  /// A DATA frame that does not end its stream, and was not put together with others, has so many octets of content.
  func judgeContent(_ length: Int) {
    if length > 0 { content.earn(length) } else { charge(.emptyFrame) }
  }

  /// Whether nothing can be sent on a stream, or (0) on the connection, before the peer lets us.
  private func isShut(_ id: Int32) -> Bool {
    unsafe id == 0
      ? nghttp2_session_get_remote_window_size(session) <= 0
      : nghttp2_session_get_stream_remote_window_size(session, id) <= 0
  }

  /// Whether a client's stream was begun and is closed.
  private func isClosed(_ id: Int32) -> Bool {
    if id & 1 == 0 || withStream(id, { _ in }) { return false }
    return role == .server ? id <= scanner.lastPeerStream : id <= lastStartedStream
  }

  /// DATA or HEADERS on a closed stream (RFC 9113, section 5.1). Ignored where we reset the stream: the peer may not
  /// have known. nghttp2 ignores the others too.
  private func refuseOnClosed(_ header: HTTP2FrameHeader) {
    let isHead = header.type == HTTP2FrameType.headers
    let mayNotKnow = mayNotKnowOfEnd(header.stream)
    if !mayNotKnow, role == .server {
      if ended.contains(header.stream) { return fail(.streamClosed) }
      if isHead { return fail(.staleStreamID) }
    }
    // What DATA costs us it costs the peer, if it is not too short.
    if !isHead, mayNotKnow, header.length < HTTP2ContentMeter.price, content.isGlitch() {
      charge(.tinyFrame)
    }
    if isHead || !mayNotKnow || header.length == 0 {
      charge(.closedStream, extra: isHead ? HTTP2Glitch.decompressing(header.length) : 0)
    }
  }

  /// Whether what comes on a stream that is closed may have been sent before the peer knew.
  func mayNotKnowOfEnd(_ id: Int32) -> Bool { sentLastStream || resetHere.contains(id) }

  func charge(_ glitch: HTTP2Glitch, extra: Int = 0) {
    if !meter.take(glitch, extra: extra) { fail(HTTP2ConnectionError(flood: meter.worst)) }
  }

  /// Ends the session. nghttp2 is not asked for anything any more.
  func fail(_ error: HTTP2ConnectionError) {
    if failure != nil { return }
    failure = error
    owesGoAway = true
  }

  /// Lends `body` the stream of a number, where it is open, without a reference that is counted. False where it is not.
  @inline(__always)
  func withStream(_ id: Int32, _ body: (HTTP2Stream) -> Void) -> Bool {
    // SAFETY: as in `stream`; what `body` does may close the stream, but frees none before the next event is taken.
    guard let pointer = unsafe find(id) else { return false }
    unsafe Unmanaged<HTTP2Stream>.fromOpaque(pointer)._withUnsafeGuaranteedRef(body)
    return true
  }

  /// The stream of a number, where it is open.
  func stream(_ id: Int32) -> HTTP2Stream? {
    // SAFETY: what is set there is a stream that `streams` holds until it is closed.
    guard let pointer = unsafe find(id) else { return nil }
    return unsafe Unmanaged<HTTP2Stream>.fromOpaque(pointer).takeUnretainedValue()
  }

  /// nghttp2 is asked only where the last one asked for was another: a frame is about one stream.
  @inline(__always)
  private func find(_ id: Int32) -> UnsafeMutableRawPointer? {
    // 0 is the connection's own number, and none of a stream.
    if id != 0, id == foundID { return unsafe found }
    guard let pointer = unsafe nghttp2_session_get_stream_user_data(session, id) else { return nil }
    foundID = id
    unsafe found = pointer
    return unsafe pointer
  }
}
