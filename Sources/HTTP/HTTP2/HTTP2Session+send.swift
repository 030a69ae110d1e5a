internal import CNghttp2
public import Primitives

extension HTTP2Session {
  private static let none = UInt8(NGHTTP2_FLAG_NONE.rawValue)

  /// Client: begins a request; nil where no stream can be begun any more. With `ends` it has no body.
  public func startRequest(_ head: borrowing MessageHead, ends: Bool) -> HTTP2Stream? {
    guard canStartRequest else { return nil }
    let stream = take(id: 0)
    stream.method = head.method
    stream.sentEnd = ends
    pool.fieldList.setRequest(head)
    // SAFETY: a number, never followed as a pointer.
    let slot = unsafe UnsafeMutableRawPointer(bitPattern: stream.slot + 1)
    // SAFETY: libnghttp2 copies lines and provider.
    stream.id = unsafe pool.fieldList.withLines { lines, count in
      if ends { return unsafe nghttp2_submit_request(session, nil, lines, count, nil, slot) }
      var provider = unsafe Self.provider
      return unsafe nghttp2_submit_request(session, nil, lines, count, &provider, slot)
    }
    if stream.id > 0 { return stream }
    stream.isClosed = true
    note(.closed, stream)
    return nil
  }

  /// Server: the head of the answer, or a 1xx. With `ends` there is no body.
  public func sendHead(_ head: borrowing MessageHead, on stream: HTTP2Stream, ends: Bool) {
    if stream.isClosed { return }
    pool.fieldList.setResponse(head)
    let isFinal = head.status >= 200
    if isFinal { stream.sentEnd = ends }
    // SAFETY: libnghttp2 copies lines and provider.
    unsafe pool.fieldList.withLines { lines, count in
      if !isFinal {
        unsafe _ = nghttp2_submit_headers(session, Self.none, stream.id, nil, lines, count, nil)
      } else if ends {
        unsafe _ = nghttp2_submit_response(session, stream.id, lines, count, nil)
      } else {
        var provider = unsafe Self.provider
        unsafe _ = nghttp2_submit_response(session, stream.id, lines, count, &provider)
      }
    }
  }

  /// A piece of the body, behind what waits already.
  public func send(_ bytes: Span<UInt8>, on stream: HTTP2Stream) {
    if stream.isClosed || stream.sentEnd || bytes.isEmpty { return }
    stream.output.append(bytes)
    resume(stream)
  }

  /// The message is complete.
  public func sendEnd(on stream: HTTP2Stream) {
    if stream.isClosed || stream.sentEnd { return }
    stream.sentEnd = true
    resume(stream)
  }

  /// The message is complete, with trailers behind it if there are any.
  public func sendEnd(trailers: borrowing MessageHead, on stream: HTTP2Stream) {
    if stream.isClosed || stream.sentEnd { return }
    if !trailers.fields.isEmpty {
      trailers.copy(into: &stream.outgoingTrailers)
      stream.hasOutgoingTrailers = true
    }
    sendEnd(on: stream)
  }

  private func resume(_ stream: HTTP2Stream) {
    guard stream.isDeferred else { return }
    stream.isDeferred = false
    // SAFETY: the session lives.
    unsafe _ = nghttp2_session_resume_data(session, stream.id)
  }

  /// Gives a stream up. An answer that is complete goes out before that: libnghttp2 drops what it has not made frames
  /// of yet.
  public func reset(_ stream: HTTP2Stream, _ code: HTTP2ErrorCode) {
    if stream.isClosed || stream.sentReset { return }
    stream.isResetTold = true
    if role == .server, stream.sentEnd, !stream.isEndFramed {
      stream.resetBehindEnd = code
    } else {
      submitReset(stream, code)
    }
  }

  private func submitReset(_ stream: HTTP2Stream, _ code: HTTP2ErrorCode) {
    stream.sentReset = true
    // SAFETY: the session lives.
    unsafe _ = nghttp2_submit_rst_stream(session, Self.none, stream.id, code.rawValue)
  }

  public func ping() {
    // SAFETY: the session lives.
    unsafe _ = nghttp2_submit_ping(session, Self.none, nil)
  }

  /// Server: tells the client to begin nothing new; what is on its way is still taken (RFC 9113, section 6.8).
  public func announceShutdown() {
    // SAFETY: the session lives.
    unsafe _ = nghttp2_submit_shutdown_notice(session)
  }

  /// Tells the peer which streams were the last; what has begun is finished where the code says `noError`.
  public func shutDown(_ code: HTTP2ErrorCode) {
    isShutDown = true
    // SAFETY: the session lives.
    if code == .noError {
      unsafe _ = nghttp2_submit_goaway(
        session, Self.none, nghttp2_session_get_last_proc_stream_id(session), code.rawValue, nil, 0)
    } else {
      abort(code)
    }
  }

  /// GOAWAY, and nothing behind it.
  func abort(_ code: HTTP2ErrorCode) {
    isAborted = true
    // SAFETY: the session lives.
    unsafe _ = nghttp2_session_terminate_session(session, code.rawValue)
  }

  // MARK: Frames

  /// Writes frames to the end of `output` until about `limit` bytes stand there, or none are left.
  public func pull(into output: inout ByteBuffer, limit: Int) {
    swap(&frames, &output)
    self.limit = limit
    fill()
    // What went out has used the budget up: the peer is told.
    if let failure, !isAborted {
      abort(failure.code)
      fill()
    }
    swap(&frames, &output)
  }

  private func fill() {
    while frames.count < limit {
      var data: UnsafePointer<UInt8>?
      // SAFETY: the bytes are libnghttp2's until its next call; they are copied before that.
      let count = unsafe nghttp2_session_mem_send(session, &data)
      guard count > 0, let data = unsafe data else { break }
      unsafe frames.append(Span(_unsafeStart: data, count: count))
    }
  }

  /// SAFETY: the callback looks at what it is given during the call only.
  @unsafe
  private static var provider: nghttp2_data_provider {
    unsafe nghttp2_data_provider(source: nghttp2_data_source(ptr: nil)) {
      session, id, _, room, flags, _, user in
      let owner = unsafe Unmanaged<HTTP2Session>.fromOpaque(user.unsafelyUnwrapped).takeUnretainedValue()
      guard let stream = owner.stream(id), let flags = unsafe flags else {
        return Int(NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE.rawValue)
      }
      let count = min(room, stream.output.count)
      if count == 0, !stream.sentEnd {
        stream.isDeferred = true
        return Int(NGHTTP2_ERR_DEFERRED.rawValue)
      }
      unsafe flags.pointee |= NGHTTP2_DATA_FLAG_NO_COPY.rawValue
      if stream.sentEnd, count == stream.output.count {
        unsafe flags.pointee |= NGHTTP2_DATA_FLAG_EOF.rawValue
        if stream.hasOutgoingTrailers {
          unsafe flags.pointee |= NGHTTP2_DATA_FLAG_NO_END_STREAM.rawValue
          owner.sendTrailers(stream)
        }
      }
      return count
    }
  }

  private func sendTrailers(_ stream: HTTP2Stream) {
    pool.fieldList.setTrailers(stream.outgoingTrailers)
    // SAFETY: libnghttp2 copies the lines.
    unsafe pool.fieldList.withLines { lines, count in
      unsafe _ = nghttp2_submit_trailer(session, stream.id, lines, count)
    }
  }

  /// A DATA frame: its header, and so many bytes of what waits.
  func writeData(_ stream: HTTP2Stream, _ header: Span<UInt8>, _ count: Int) {
    frames.append(header)
    frames.append(stream.output.bytes.extracting(first: count))
    stream.output.consume(count)
    stream.framed &+= UInt64(count)
    windowCredit += 2
    if count > 0, stream.output.isEmpty { note(.writable, stream) }
  }

  /// SAFETY: the frame is looked at during the call only.
  @unsafe
  func frameSent(_ frame: UnsafePointer<nghttp2_frame>) {
    let header = unsafe frame.pointee.hd
    switch header.type {
    case Self.headers:
      guard let stream = stream(header.stream_id) else { return }
      stream.isBegun = true
      windowCredit += 2
      if header.flags & 0x1 != 0 { endFramed(stream) }
    case Self.data: if header.flags & 0x1 != 0, let stream = stream(header.stream_id) { endFramed(stream) }
    case Self.reset: unsafe resetSent(header.stream_id, frame.pointee.rst_stream.error_code)
    case Self.goAway:
      // libnghttp2 has found an error itself.
      let code = unsafe frame.pointee.goaway.error_code
      if failure == nil, !isAborted, code != 0 { failure = .protocolViolation }
    default: break
    }
  }

  private func endFramed(_ stream: HTTP2Stream) {
    stream.isEndFramed = true
    if let code = stream.resetBehindEnd { submitReset(stream, code) }
  }

  private func resetSent(_ id: Int32, _ code: UInt32) {
    recentlyReset.insert(id)
    let stream = stream(id)
    if stream?.sentReset == true { return }
    // libnghttp2's own: what it says of a body is that its length is not the one that was announced.
    if let stream, !stream.isResetTold, code == HTTP2ErrorCode.protocolError.rawValue {
      tell(stream, malformed: .invalidContentLength)
      stream.isResetTold = true
      stream.isClosed = true
    }
    // Resets that the peer makes us send count like those that it sends.
    if !glitches.add(1), failure == nil { failure = .tooManyGlitches }
  }
}
