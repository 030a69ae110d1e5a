internal import CNghttp2
internal import Primitives

extension HTTP2Session {
  /// SAFETY: `owner` outlives the session, which its deinit frees.
  @unsafe
  static func make(_ role: Role, _ settings: HTTP2Settings, owner: UnsafeMutableRawPointer) -> OpaquePointer?
  {
    var callbacks: OpaquePointer?
    var option: OpaquePointer?
    var session: OpaquePointer?
    // SAFETY: plain C calls on what they made; nil only where memory has run out, which traps below.
    unsafe nghttp2_session_callbacks_new(&callbacks)
    unsafe nghttp2_option_new(&option)
    unsafe setCallbacks(callbacks)
    unsafe nghttp2_option_set_no_auto_window_update(option, 1)
    unsafe nghttp2_option_set_no_closed_streams(option, 1)
    unsafe nghttp2_option_set_max_outbound_ack(option, settings.maxQueuedControlFrames)
    // It counts reads that end within a frame's header, too, of which a frame can bring nine: the count that matters
    // is ours, and this one bounds blocks that it throws away itself.
    unsafe nghttp2_option_set_max_continuations(option, 10 * settings.maxContinuations)
    unsafe nghttp2_option_set_max_reserved_remote_streams(option, 0)
    // The glitch meter counts resets, by both sides alike.
    unsafe nghttp2_option_set_stream_reset_rate_limit(option, 1 << 62, 1 << 62)
    switch role {
    case .server: unsafe nghttp2_session_server_new2(&session, callbacks, owner, option)
    case .client: unsafe nghttp2_session_client_new2(&session, callbacks, owner, option)
    }
    unsafe nghttp2_session_callbacks_del(callbacks)
    unsafe nghttp2_option_del(option)
    unsafe precondition(session != nil, "out of memory")
    return unsafe session
  }

  /// Our settings, and the connection's window, which is no setting (RFC 9113, section 6.9.2).
  func introduce() {
    func entry(_ id: nghttp2_settings_id, _ value: Int) -> nghttp2_settings_entry {
      nghttp2_settings_entry(settings_id: Int32(id.rawValue), value: UInt32(clamping: value))
    }
    var entries = [
      entry(NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, settings.initialStreamWindow),
      entry(NGHTTP2_SETTINGS_MAX_FRAME_SIZE, settings.maxFrameSize),
      entry(NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, limits.headerBytes),
      entry(NGHTTP2_SETTINGS_NO_RFC7540_PRIORITIES, 1),
    ]
    switch role {
    case .server:
      entries.append(entry(NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, settings.maxConcurrentStreams))
      if settings.enableConnectProtocol { entries.append(entry(NGHTTP2_SETTINGS_ENABLE_CONNECT_PROTOCOL, 1)) }
    case .client: entries.append(entry(NGHTTP2_SETTINGS_ENABLE_PUSH, 0))
    }
    // SAFETY: libnghttp2 copies the entries.
    unsafe _ = nghttp2_submit_settings(session, UInt8(NGHTTP2_FLAG_NONE.rawValue), entries, entries.count)
    unsafe _ = nghttp2_session_set_local_window_size(
      session, UInt8(NGHTTP2_FLAG_NONE.rawValue), 0, Int32(clamping: settings.initialConnectionWindow))
  }
}
