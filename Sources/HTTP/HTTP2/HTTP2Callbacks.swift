internal import CNghttp2
internal import Primitives

/// The functions that nghttp2 calls: each finds its session and tells it. None throws or keeps anything.
enum HTTP2Callbacks {
  // SAFETY: made once, and only read afterwards: nghttp2 copies it into each session.
  nonisolated(unsafe) static let shared: OpaquePointer = {
    var callbacks: OpaquePointer?
    unsafe nghttp2_session_callbacks_new(&callbacks)
    let all = unsafe callbacks!
    unsafe setReading(all)
    unsafe setFraming(all)
    return unsafe all
  }()

  private static func setReading(_ callbacks: OpaquePointer) {
    unsafe nghttp2_session_callbacks_set_on_begin_headers_callback(callbacks) { _, frame, owner in
      let isTaken = unsafe HTTP2Callbacks.with(owner) { unsafe $0.beginHeaders(h2_frame_stream(frame)) }
      return isTaken ? 0 : NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE.rawValue
    }
    unsafe nghttp2_session_callbacks_set_on_header_callback(callbacks) {
      _, _, name, nameCount, value, valueCount, flags, owner in
      // SAFETY: nghttp2's bytes live for this call.
      let name = unsafe UnsafeBufferPointer(start: name, count: nameCount).span
      let value = unsafe UnsafeBufferPointer(start: value, count: valueCount).span
      let isNeverIndexed = UInt32(flags) & NGHTTP2_NV_FLAG_NO_INDEX.rawValue != 0
      let goesOn = unsafe HTTP2Callbacks.with(owner) {
        $0.addField(name, value, isNeverIndexed: isNeverIndexed)
      }
      return goesOn ? 0 : NGHTTP2_ERR_CALLBACK_FAILURE.rawValue
    }
    unsafe nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks) {
      _, _, id, data, count, owner in
      // SAFETY: nghttp2 hands out the input it was given, so both are in it.
      unsafe HTTP2Callbacks.with(owner) { unsafe $0.addBody(id, data! - $0.inputStart!, count) }
      return 0
    }
    unsafe nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks) { _, frame, owner in
      unsafe HTTP2Callbacks.with(owner) { unsafe HTTP2Callbacks.received(frame!, $0) }
      return 0
    }
    unsafe nghttp2_session_callbacks_set_on_invalid_frame_recv_callback(callbacks) { _, frame, _, owner in
      unsafe HTTP2Callbacks.with(owner) { unsafe $0.receivedInvalid(h2_frame_stream(frame)) }
      return 0
    }
    unsafe nghttp2_session_callbacks_set_on_stream_close_callback(callbacks) { _, id, code, owner in
      unsafe HTTP2Callbacks.with(owner) { $0.closed(id, code) }
      return 0
    }
  }

  private static func received(_ frame: UnsafePointer<nghttp2_frame>, _ session: HTTP2Session) {
    let flags = unsafe h2_frame_flags(frame)
    let id = unsafe h2_frame_stream(frame)
    switch unsafe h2_frame_type(frame) {
    case HTTP2FrameType.headers: session.endHeaders(ends: flags & 0x1 != 0)
    case HTTP2FrameType.data:
      let length = unsafe h2_frame_length(frame)
      if flags & 0x1 != 0 {
        session.endData(id)
      } else if flags & 0x8 != 0, !session.isInRun {
        session.judgeContent(unsafe length &- h2_data_padding(frame))
      }
    case HTTP2FrameType.reset: session.receivedReset(id, unsafe h2_reset_code(frame))
    case HTTP2FrameType.settings:
      if flags & 0x1 == 0 { session.receivedSettings() }
    case HTTP2FrameType.ping:
      if flags & 0x1 != 0 { session.receivedPong() }
    case HTTP2FrameType.goAway:
      session.receivedGoAway(unsafe h2_goaway_last(frame), unsafe h2_goaway_code(frame))
    case HTTP2FrameType.windowUpdate:
      session.receivedWindowUpdate(id)
    default: break
    }
  }

  private static func setFraming(_ callbacks: OpaquePointer) {
    unsafe nghttp2_session_callbacks_set_send_data_callback(callbacks) { _, _, header, count, source, owner in
      // SAFETY: the header is nine bytes; the source is the stream that the session holds while it is open.
      let header = unsafe UnsafeBufferPointer(start: header, count: HTTP2FrameHeader.size).span
      let isEnough = unsafe HTTP2Callbacks.with(owner) { session in
        unsafe HTTP2Callbacks.withStream(source) { session.writeBody($0, header: header, count: count) }
      }
      return isEnough ? NGHTTP2_ERR_PAUSE.rawValue : 0
    }
    unsafe nghttp2_session_callbacks_set_on_frame_send_callback(callbacks) { _, frame, owner in
      unsafe HTTP2Callbacks.with(owner) { unsafe HTTP2Callbacks.sent(frame!, $0) }
      return 0
    }
    unsafe nghttp2_session_callbacks_set_on_frame_not_send_callback(callbacks) { _, frame, _, owner in
      if unsafe h2_frame_type(frame) == HTTP2FrameType.headers {
        unsafe HTTP2Callbacks.with(owner) { unsafe $0.couldNotSend(h2_frame_stream(frame)) }
      }
      return 0
    }
  }

  private static func sent(_ frame: UnsafePointer<nghttp2_frame>, _ session: HTTP2Session) {
    switch unsafe h2_frame_type(frame) {
    case HTTP2FrameType.headers, HTTP2FrameType.data:
      if unsafe h2_frame_flags(frame) & 0x1 != 0 { unsafe session.framedEnd(h2_frame_stream(frame)) }
    case HTTP2FrameType.reset: unsafe session.sentReset(h2_frame_stream(frame), h2_reset_code(frame))
    case HTTP2FrameType.goAway: unsafe session.sentGoAway(h2_goaway_code(frame))
    default: break
    }
  }

  /// Gives nghttp2 the length of the next DATA frame; `writeBody` copies the content.
  static let read: nghttp2_data_source_read_callback = { _, _, _, room, flags, source, owner in
    unsafe HTTP2Callbacks.with(owner) { session in
      if session.holdsBodies { return Int(NGHTTP2_ERR_PAUSE.rawValue) }
      let next = unsafe HTTP2Callbacks.withStream(source) { session.readBody($0, room: room) }
      guard let body = next else { return Int(NGHTTP2_ERR_DEFERRED.rawValue) }
      var all = NGHTTP2_DATA_FLAG_NO_COPY.rawValue
      if body.isLast { all |= NGHTTP2_DATA_FLAG_EOF.rawValue }
      if body.hasTrailers { all |= NGHTTP2_DATA_FLAG_NO_END_STREAM.rawValue }
      unsafe flags!.pointee = all
      return body.count
    }
  }

  /// The session of a callback, without a reference that is counted.
  @inline(__always)
  private static func with<Result>(
    _ owner: UnsafeMutableRawPointer?, _ body: (HTTP2Session) -> Result
  ) -> Result {
    // SAFETY: see `HTTP2Session.session`.
    unsafe Unmanaged<HTTP2Session>.fromOpaque(owner!)._withUnsafeGuaranteedRef(body)
  }

  @inline(__always)
  private static func withStream<Result>(
    _ source: UnsafeMutablePointer<nghttp2_data_source>?, _ body: (HTTP2Stream) -> Result
  ) -> Result {
    // SAFETY: the session holds the stream until nghttp2 has closed it, and asks for no body afterwards.
    unsafe Unmanaged<HTTP2Stream>.fromOpaque(h2_source_pointer(source))._withUnsafeGuaranteedRef(body)
  }
}
