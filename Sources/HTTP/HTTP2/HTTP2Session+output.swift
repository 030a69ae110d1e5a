internal import CNghttp2
public import Primitives

extension HTTP2Session {
  /// `pull` would give something.
  public var hasOutput: Bool {
    if !output.isEmpty || owesGoAway { return true }
    return failure == nil && wantsToFrame
  }

  private var wantsToFrame: Bool {
    unsafe nghttp2_session_want_write(session) != 0 || !bareEnds.isEmpty
  }

  /// Bytes of frames that wait for `pull`: heads, and what answers the peer's frames.
  public var queuedFrames: Int { output.count }

  /// Appends frames to `buffer` until about `limit` bytes are in it (at most one frame more), or nothing is left to
  /// send. Bodies of several streams take turns. Only while the connection takes bytes: what waits in the session is
  /// bounded. Deliver events afterwards.
  public func pull(into buffer: inout ByteBuffer, limit: Int) {
    settle()
    appendGoAway()
    if !output.isEmpty {
      output.withBytes { buffer.append($0) }
      if output.allocated > 16 << 10 { output.release() } else { output.clear() }
    }
    controlOutput = 0
    headOutput = 0
    guard failure == nil, buffer.count < limit, wantsToFrame else { return }
    swap(&output, &buffer)
    outputLimit = limit
    frame()
    if !bareEnds.isEmpty { frameBareEnds() }
    swap(&output, &buffer)
    // What is left waits for windows, not for its turn.
    if buffer.count < limit || !wantsToFrame { unframed = 0 }
    controlOutput = 0
    headOutput = 0
    if owesGoAway {
      appendGoAway()
      output.withBytes { buffer.append($0) }
      output.clear()
    }
  }

  /// Frames what waits but for bodies.
  func frameControl() {
    holdsBodies = true
    outputLimit = .max
    frame()
    holdsBodies = false
    appendGoAway()
  }

  /// The peer makes us write more than it reads. Whoever only reads slowly asks for nothing new, and never comes here.
  var isFlooded: Bool {
    controlOutput > settings.maxQueuedFrames || output.count > 16 * limits.headerBytes
      || headOutput > settings.maxQueuedFrames + 4 * settings.maxConcurrentStreams
  }

  private func frame() {
    while failure == nil {
      var bytes: UnsafePointer<UInt8>?
      // SAFETY: nghttp2 gives bytes that stay until its next call; they are copied before.
      let count = unsafe nghttp2_session_mem_send(session, &bytes)
      if count < 0, failure == nil { fail(.internalError) }
      guard count > 0, let bytes = unsafe bytes else { return }
      let span = unsafe UnsafeBufferPointer(start: bytes, count: count).span
      let type = span[3]
      if type == HTTP2FrameType.goAway, owesGoAway {
        // nghttp2 has ended the session. Where its frame does not say why, ours does.
        if count == HTTP2FrameHeader.size + 8 { return }
        owesGoAway = false
      }
      output.append(span)
      let isHead = type == HTTP2FrameType.headers || type == HTTP2FrameType.continuation
      if isHead { headOutput &+= 1 } else { controlOutput &+= 1 }
      if isHead, count == HTTP2FrameHeader.size { makeData() }
      if type == HTTP2FrameType.settings, !sentSettings { correctSettings(count) }
      if output.count >= outputLimit { return }
      // Nothing else waits: this saves asking once more.
      if holdsBodies, !isHead || span[4] & 0x4 != 0,
        unsafe nghttp2_session_get_outbound_queue_size(session) == 0
      {
        return
      }
    }
  }

  /// An end needs no window (RFC 9113, section 6.9), but nghttp2 looks at a body, be it at its end, only while there is
  /// one. As trailers it lets it out, and where there are none `frame` makes DATA of them.
  private func frameBareEnds() {
    for id in bareEnds {
      _ = withStream(id) { stream in
        guard canSend(on: stream), !stream.framedEnd else { return }
        // SAFETY: as in `readBody`.
        unsafe pool.list.setTrailers(stream.outgoingTrailers, &named)
        unsafe nghttp2_submit_trailer(session, id, pool.list.start, pool.list.count)
      }
    }
    bareEnds.removeAll(keepingCapacity: true)
    if failure == nil, unsafe nghttp2_session_get_outbound_queue_size(session) > 0 { frameControl() }
  }

  /// The last bytes of the output are HEADERS without a field: the end of a stream without trailers, which only few peers
  /// expect in this form.
  private func makeData() {
    output[output.count - HTTP2FrameHeader.size + 3] = HTTP2FrameType.data
    output[output.count - HTTP2FrameHeader.size + 4] = 0x1
  }

  /// Tells the peer the true number of streams in our first SETTINGS, of which the last `count` bytes of the output are
  /// the frame: see `begin`.
  private func correctSettings(_ count: Int) {
    sentSettings = true
    var entry = output.count - count + HTTP2FrameHeader.size
    while entry < output.count {
      if output[entry] == 0, output[entry + 1] == 3 {
        let value = UInt32(clamping: settings.maxConcurrentStreams)
        for i in 0..<4 { output[entry + 2 + i] = UInt8(truncatingIfNeeded: value >> (24 - 8 * UInt32(i))) }
      }
      entry += 6
    }
  }

  /// The last frame of a session that failed.
  func appendGoAway() {
    guard owesGoAway, let failure else { return }
    owesGoAway = false
    let last = UInt32(bitPattern: unsafe nghttp2_session_get_last_proc_stream_id(session))
    let text = failure.text.bytes
    output.append([0, 0, UInt8(8 + text.count), HTTP2FrameType.goAway, 0, 0, 0, 0, 0].span)
    for shift in [24, 16, 8, 0] { output.append(UInt8(truncatingIfNeeded: last >> UInt32(shift))) }
    for shift in [24, 16, 8, 0] {
      output.append(UInt8(truncatingIfNeeded: failure.code.rawValue >> UInt32(shift)))
    }
    output.append(text)
  }

  // What nghttp2 calls while it frames.

  /// How much of a stream's body goes into the next DATA frame, of at most `room` bytes; nil: none at present.
  func readBody(_ stream: HTTP2Stream, room: Int) -> (count: Int, isLast: Bool, hasTrailers: Bool)? {
    let count = min(stream.output.count, room)
    fillsWindow = count == room
    if count == 0, !stream.sentEnd {
      stream.isDeferred = true
      return nil
    }
    guard stream.sentEnd, count == stream.output.count else { return (count, false, false) }
    guard !stream.outgoingTrailers.fields.isEmpty else { return (count, true, false) }
    // SAFETY: the list holds addresses in the stream's own trailers, which stay until they are framed.
    unsafe pool.list.setTrailers(stream.outgoingTrailers, &named)
    if pool.list.count == 0 { return (count, true, false) }
    unsafe nghttp2_submit_trailer(session, stream.id, pool.list.start, pool.list.count)
    return (count, true, true)
  }

  /// Writes a DATA frame of `count` bytes. True: that is enough for now.
  func writeBody(_ stream: HTTP2Stream, header: Span<UInt8>, count: Int) -> Bool {
    output.append(header)
    if count > 0 {
      stream.output.withBytes { output.append($0.extracting(first: count)) }
      stream.output.consume(count)
      stream.framed &+= UInt64(count)
      unframed = max(0, unframed - count)
      if !stream.isOwnAnswer {
        meter.earn(count, fillsWindow: fillsWindow)
        content.sent(count)
      }
      if stream.output.isEmpty { queueWritable(stream) }
    }
    return output.count >= outputLimit
  }

  /// A HEADERS or DATA frame went out that ends our side.
  func framedEnd(_ id: Int32) { _ = withStream(id) { framedEnd(of: $0) } }

  private func framedEnd(of stream: HTTP2Stream) {
    stream.framedEnd = true
    if role == .server, !stream.isOwnAnswer, !stream.isMalformed { meter.earnAnswer() }
    if let code = stream.resetBehindEnd {
      submitReset(stream, code)
    } else if stream.isMalformed, !stream.receivedEnd {
      // The answer to a message that broke a rule: what is still to come of it is not read.
      submitReset(stream, .protocolError)
    }
  }

  /// A RST_STREAM went out.
  func sentReset(_ id: Int32, _ code: UInt32) {
    guard let stream = stream(id) else {
      // A push that came before the server knew that we want none.
      if role == .client, id & 1 == 0 { charge(.forcedReset) }
      return
    }
    if stream.wasResetHere { return }
    stream.wasResetHere = true
    // Unless it was an invalid frame: settings that made a window too large (RFC 9113, section 6.9.2), or more DATA than
    // the window allowed.
    if code == HTTP2ErrorCode.flowControlError.rawValue, !stream.isResetCharged { fail(.flowControl) }
    chargeReset(stream)
    tellReset(stream, code)
  }

  /// A GOAWAY went out.
  func sentGoAway(_ code: UInt32) {
    let code = HTTP2ErrorCode(wire: code)
    if code == .noError { return }
    fail(HTTP2ConnectionError(found: code))
  }

  /// A head could not be framed: it is too large.
  func couldNotSend(_ id: Int32) {
    guard let stream = stream(id), !stream.wasResetHere else { return }
    stream.wasResetHere = true
    unsafe nghttp2_submit_rst_stream(
      session, UInt8(NGHTTP2_FLAG_NONE.rawValue), id, HTTP2ErrorCode.internalError.rawValue)
    tellReset(stream, HTTP2ErrorCode.internalError.rawValue)
  }
}
