internal import CNghttp2
internal import Primitives

// What nghttp2 calls while it reads. It only notes; nothing here acts on the owner.
extension HTTP2Session {
  /// A header block begins. False: the stream is refused, and the block only decompressed.
  func beginHeaders(_ id: Int32) -> Bool {
    let isOpen = withStream(id) { stream in
      read(stream, role == .server || stream.receivedHead ? .trailers : .response)
    }
    if isOpen { return true }
    let isBeyond = openStreams - doomedStreams >= settings.maxConcurrentStreams
    if isBeyond || isFullOfHeads {
      reader.isReading = false
      // From now on, not from when the reset is written: the rest of the request may be in this read.
      resetHere.insert(id)
      // Whoever has not lost count does not come here.
      refuse(id, extra: isBeyond && knowsSettings ? 20 : 0)
      return false
    }
    unsafe pool.take()._withUnsafeGuaranteedRef { stream in
      stream.id = id
      register(stream)
      // SAFETY: `streams` holds it until nghttp2 has closed the stream.
      unsafe nghttp2_session_set_stream_user_data(session, id, Unmanaged.passUnretained(stream).toOpaque())
      read(stream, .request)
    }
    return true
  }

  /// What a head of so many octets may come to, in HPACK's terms, when each field stands for what it should: a literal of
  /// Huffman's code and the overhead of short fields, or the peer's whole table once.
  private static func ordinarySize(ofBlock length: Int) -> Int { 4 &* length &+ 4096 }

  /// Heads of open streams take more memory than a client may make us keep for what it has sent.
  private var isFullOfHeads: Bool { headSizes > settings.openHeads * limits.headerBytes }

  private func refuse(_ id: Int32, extra: Int = 0) {
    unsafe nghttp2_submit_rst_stream(
      session, UInt8(NGHTTP2_FLAG_NONE.rawValue), id, HTTP2ErrorCode.refusedStream.rawValue)
    refusals &+= 1
    charge(.refused, extra: extra &+ HTTP2Glitch.decompressing(scanner.blockLength))
  }

  /// A field of the header block under way. False: the connection is over.
  @inline(__always)
  func addField(_ name: Span<UInt8>, _ value: Span<UInt8>, isNeverIndexed: Bool) -> Bool {
    guard reader.isReading, let stream = unsafe readingStream else { return true }
    unsafe stream._withUnsafeGuaranteedRef {
      if reader.kind == .trailers {
        add(name, value, isNeverIndexed, to: &$0.trailers)
      } else {
        add(name, value, isNeverIndexed, to: &$0.head)
      }
    }
    if reader.size <= 4 &* limits.headerBytes { return true }
    fail(.headerBomb)
    return false
  }

  /// The header block is complete.
  func endHeaders(ends: Bool) {
    reader.isReading = false
    guard let stream = unsafe readingStream else { return }
    unsafe readingStream = nil
    unsafe stream._withUnsafeGuaranteedRef { endHeaders(of: $0, ends) }
  }

  @inline(__always)
  private func add(
    _ name: Span<UInt8>, _ value: Span<UInt8>, _ isNeverIndexed: Bool, to head: inout MessageHead
  ) {
    reader.add(
      name, value, isNeverIndexed: isNeverIndexed, limits: limits,
      allowsProtocol: settings.enableConnectProtocol, into: &head)
  }

  /// What follows is the stream's.
  private func read(_ stream: HTTP2Stream, _ kind: HTTP2HeadReader.Kind) {
    reader.begin(kind)
    if kind == .trailers {
      if !stream.trailers.arena.isEmpty { stream.trailers.clear() }
    } else if !stream.head.arena.isEmpty {
      stream.head.clear()
    }
    stream.isBeingRead = true
    unsafe readingStream = Unmanaged.passUnretained(stream)
  }

  private func endHeaders(of stream: HTTP2Stream, _ ends: Bool) {
    stream.isBeingRead = false
    if stream.isMalformed {
      if ends { stream.receivedEnd = true }
      return
    }
    let beyond = max(0, reader.size - Self.ordinarySize(ofBlock: scanner.blockLength))
    stream.headSize += beyond
    headSizes += beyond
    do throws(HTTPError) {
      switch reader.kind {
      case .request: try endRequest(stream, ends)
      case .response: try endResponse(stream, ends)
      case .trailers:
        try reader.finishTrailers(&stream.trailers, ends: ends)
        try endBody(stream)
      }
    } catch {
      if ends { stream.receivedEnd = true }
      refuse(stream, error, extra: HTTP2Glitch.reading(fields: reader.fields, size: reader.size))
    }
  }

  private func endRequest(_ stream: HTTP2Stream, _ ends: Bool) throws(HTTPError) {
    try reader.finishRequest(&stream.head, ends: ends)
    if isFullOfHeads {
      stream.isHidden = true
      stream.isMalformed = true
      stream.wasResetHere = true
      doom(stream)
      refuse(stream.id)
      return
    }
    stream.receivedHead = true
    stream.method = stream.head.method
    stream.remaining = reader.contentLength
    queue(.head, stream)
    if ends { try endBody(stream) }
  }

  private func endResponse(_ stream: HTTP2Stream, _ ends: Bool) throws(HTTPError) {
    try reader.finishResponse(&stream.head, ends: ends, to: stream.method)
    if stream.head.status < 200 {
      stream.informationalCount += 1
      if stream.informationalCount > limits.informational { throw .tooManyInformational }
      // The final head may come before this event is taken.
      let spare = pool.takeHead()
      swap(&spare.head, &stream.head)
      stream.informationals.append(spare)
      return queue(.informational, stream)
    }
    stream.receivedHead = true
    stream.refusesBody = stream.head.framing == .none
    stream.remaining = stream.refusesBody ? nil : reader.contentLength
    // One that can have no body is told when it is known to have none.
    if stream.refusesBody, !ends {
      stream.holdsHead = true
      return
    }
    queue(.head, stream)
    if ends { try endBody(stream) }
  }

  /// A piece of DATA, which lies in the input.
  func addBody(_ id: Int32, _ start: Int, _ count: Int) {
    if !withStream(id, { addBody(to: $0, start, count) }) { giveBack(id, count) }
  }

  private func addBody(to stream: HTTP2Stream, _ start: Int, _ count: Int) {
    if stream.isMalformed { return giveBack(stream.id, count) }
    if !stream.receivedHead || stream.refusesBody {
      giveBack(stream.id, count)
      return refuse(stream, .unexpectedBody)
    }
    if let remaining = stream.remaining {
      if UInt64(count) > remaining {
        giveBack(stream.id, count)
        return refuse(stream, .lengthMismatch)
      }
      stream.remaining = remaining - UInt64(count)
    }
    stream.unconsumed += count
    if role == .client { unsafe nghttp2_session_consume_connection(session, count) }
    var event = HTTP2QueuedEvent(.body, stream)
    event.lower = start
    event.upper = start + count
    event.isInRun = isInRun
    events.append(event)
  }

  /// A DATA frame is complete, and ends the stream.
  func endData(_ id: Int32) { _ = withStream(id) { endData(of: $0) } }

  private func endData(of stream: HTTP2Stream) {
    if stream.isMalformed {
      stream.receivedEnd = true
      return
    }
    do throws(HTTPError) {
      if !stream.receivedHead { throw .noResponse }
      try endBody(stream)
    } catch {
      stream.receivedEnd = true
      refuse(stream, error)
    }
  }

  private func endBody(_ stream: HTTP2Stream) throws(HTTPError) {
    if let remaining = stream.remaining, remaining > 0 { throw .lengthMismatch }
    stream.receivedEnd = true
    if stream.holdsHead {
      stream.holdsHead = false
      queue(.head, stream)
    }
    queue(.end, stream)
    if role == .client { meter.earnAnswer() }
  }

  private func giveBack(_ id: Int32, _ count: Int) {
    unsafe nghttp2_session_consume(session, id, count)
  }

  /// A message breaks a rule: its owner may answer, where nothing was answered yet.
  private func refuse(_ stream: HTTP2Stream, _ error: HTTPError, extra: Int = 0) {
    stream.isMalformed = true
    doom(stream)
    charge(error.status == 431 ? .oversized : .malformed, extra: extra)
    queue(.malformed, stream, code: UInt32(error.rawValue))
    if role == .client || stream.sentHead { submitReset(stream, .protocolError) }
  }
}
