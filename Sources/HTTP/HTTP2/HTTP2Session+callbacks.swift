internal import CNghttp2
internal import Primitives

/// What libnghttp2 calls, and where it leads. Nothing here acts: events are noted.
///
/// SAFETY: for this whole file: `user` is the session's owner, which outlives it; frames and bytes are looked at during
/// the call only.
extension HTTP2Session {
  @unsafe
  private static func owner(_ user: UnsafeMutableRawPointer?) -> HTTP2Session {
    unsafe Unmanaged<HTTP2Session>.fromOpaque(user.unsafelyUnwrapped).takeUnretainedValue()
  }

  private static let failed = Int32(NGHTTP2_ERR_CALLBACK_FAILURE.rawValue)
  private static let refused = Int32(NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE.rawValue)

  @unsafe
  static func setCallbacks(_ callbacks: OpaquePointer?) {
    unsafe nghttp2_session_callbacks_set_on_begin_frame_callback(callbacks) { _, header, user in
      let header = unsafe header.unsafelyUnwrapped.pointee
      let owner = unsafe HTTP2Session.owner(user)
      return owner.frameBegins(
        header.type, flags: header.flags, length: header.length, id: header.stream_id)
        ? 0 : HTTP2Session.failed
    }
    unsafe nghttp2_session_callbacks_set_on_begin_headers_callback(callbacks) { _, frame, user in
      unsafe HTTP2Session.owner(user).headersBegin(frame.unsafelyUnwrapped.pointee.hd.stream_id)
      return 0
    }
    unsafe nghttp2_session_callbacks_set_on_header_callback(callbacks) {
      _, frame, name, nameCount, value, valueCount, _, user in
      let owner = unsafe HTTP2Session.owner(user)
      guard let stream = unsafe owner.stream(frame.unsafelyUnwrapped.pointee.hd.stream_id) else { return 0 }
      unsafe stream.add(
        name: Span(_unsafeStart: name.unsafelyUnwrapped, count: nameCount),
        value: Span(_unsafeStart: value.unsafelyUnwrapped, count: valueCount), limits: owner.limits)
      return owner.isHeaderBomb(stream) ? HTTP2Session.failed : 0
    }
    unsafe nghttp2_session_callbacks_set_on_invalid_header_callback(callbacks) {
      _, frame, _, _, _, _, _, user in
      let owner = unsafe HTTP2Session.owner(user)
      unsafe owner.stream(frame.unsafelyUnwrapped.pointee.hd.stream_id)?.malformation = .invalidValue
      return HTTP2Session.refused
    }
    unsafe nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks) { _, frame, user in
      let owner = unsafe HTTP2Session.owner(user)
      return unsafe owner.frameReceived(frame.unsafelyUnwrapped) ? 0 : HTTP2Session.failed
    }
    unsafe nghttp2_session_callbacks_set_on_invalid_frame_recv_callback(callbacks) { _, frame, _, user in
      let owner = unsafe HTTP2Session.owner(user)
      return unsafe owner.invalidFrame(frame.unsafelyUnwrapped) ? 0 : HTTP2Session.failed
    }
    unsafe nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks) {
      _, _, id, data, count, user in
      let owner = unsafe HTTP2Session.owner(user)
      guard let stream = owner.stream(id) else {
        unsafe _ = nghttp2_session_consume_connection(owner.session, count)
        return 0
      }
      unsafe owner.bodyReceived(stream, at: data.unsafelyUnwrapped, count: count)
      return 0
    }
    unsafe nghttp2_session_callbacks_set_on_stream_close_callback(callbacks) { _, id, code, user in
      let owner = unsafe HTTP2Session.owner(user)
      if let stream = owner.stream(id) { owner.closed(stream, code: code) }
      return 0
    }
    unsafe nghttp2_session_callbacks_set_on_frame_send_callback(callbacks) { _, frame, user in
      let owner = unsafe HTTP2Session.owner(user)
      unsafe owner.frameSent(frame.unsafelyUnwrapped)
      return 0
    }
    unsafe nghttp2_session_callbacks_set_send_data_callback(callbacks) {
      _, frame, header, count, source, user in
      let owner = unsafe HTTP2Session.owner(user)
      guard let stream = unsafe owner.stream(frame.unsafelyUnwrapped.pointee.hd.stream_id) else {
        return HTTP2Session.failed
      }
      if owner.frames.count >= owner.limit { return Int32(NGHTTP2_ERR_WOULDBLOCK.rawValue) }
      unsafe owner.writeData(stream, Span(_unsafeStart: header.unsafelyUnwrapped, count: 9), count)
      return 0
    }
  }

  /// Far beyond what any sensible peer sends: decoding it to the end is work for nobody.
  private func isHeaderBomb(_ stream: HTTP2Stream) -> Bool {
    if stream.fields.bytes <= 4 * limits.headerBytes { return false }
    return !fail(.headerBomb)
  }

  @unsafe
  private func frameReceived(_ frame: UnsafePointer<nghttp2_frame>) -> Bool {
    let header = unsafe frame.pointee.hd
    switch header.type {
    case Self.headers:
      if let stream = stream(header.stream_id) { headersEnd(stream, ends: header.flags & 0x1 != 0) }
    case Self.data:
      guard header.flags & 0x1 != 0 else {
        // Nothing but padding.
        let padding = unsafe frame.pointee.data.padlen
        if padding > 0, header.length == padding, !glitches.add(1) { return fail(.tooManyGlitches) }
        break
      }
      guard let stream = stream(header.stream_id) else { break }
      stream.receivedEnd = true
      if stream.malformation == nil { note(.end, stream) }
    case Self.reset:
      guard let stream = stream(header.stream_id), !stream.isResetTold else { break }
      stream.isResetTold = true
      stream.isClosed = true
      if stream.isMalformedTold { break }
      unsafe note(.reset, stream, code: frame.pointee.rst_stream.error_code)
    case Self.settings:
      if header.flags & 0x1 != 0 { break }
      note(EventRecord(kind: .settings))
      // It may have made every stream's window larger (RFC 9113, section 6.9.2).
      windowOpened(0)
    case Self.windowUpdate: windowOpened(header.stream_id)
    case Self.ping: if header.flags & 0x1 != 0 { note(EventRecord(kind: .pong)) }
    case Self.goAway:
      peerShutDown = true
      unsafe note(
        EventRecord(
          kind: .goAway, start: frame.pointee.goaway.last_stream_id, code: frame.pointee.goaway.error_code))
    default: break
    }
    return true
  }

  /// libnghttp2 refuses a message and resets its stream, or ends the connection.
  @unsafe
  private func invalidFrame(_ frame: UnsafePointer<nghttp2_frame>) -> Bool {
    if !glitches.add(1) { return fail(.tooManyGlitches) }
    guard let stream = unsafe stream(frame.pointee.hd.stream_id) else { return true }
    tell(stream, malformed: .invalidValue)
    stream.isResetTold = true
    stream.isClosed = true
    return true
  }
}
