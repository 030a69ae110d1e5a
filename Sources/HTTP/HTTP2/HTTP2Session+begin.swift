internal import CNghttp2

extension HTTP2Session {
  static func makeSession(
    role: HTTP2Session.Role, limits: HTTPLimits, memory: HTTP2Memory
  ) -> OpaquePointer {
    var option: OpaquePointer?
    // SAFETY: plain construction; memory that has run out ends the process, as any allocation does.
    unsafe nghttp2_option_new(&option)
    defer { unsafe nghttp2_option_del(option) }
    // Messages are checked here: nghttp2 would reset the stream, so that no answer could say why.
    unsafe nghttp2_option_set_no_http_messaging(option, 1)
    unsafe nghttp2_option_set_no_auto_window_update(option, 1)
    // Only streams that are open are kept.
    unsafe nghttp2_option_set_no_closed_streams(option, 1)
    // These three are the meter's and the scanner's business: nghttp2's limits read a clock, count a CONTINUATION once
    // for each piece of input, or end the connection without a GOAWAY.
    unsafe nghttp2_option_set_stream_reset_rate_limit(option, .max, .max)
    unsafe nghttp2_option_set_max_continuations(option, .max)
    unsafe nghttp2_option_set_max_outbound_ack(option, 1 << 20)
    // What was received within the limits, and what a proxy adds.
    unsafe nghttp2_option_set_max_send_header_block_length(option, 2 * limits.headerBytes + (64 << 10))

    var session: OpaquePointer?
    var memory = unsafe memory.functions
    switch role {
    case .server: unsafe nghttp2_session_server_new3(&session, HTTP2Callbacks.shared, nil, option, &memory)
    case .client: unsafe nghttp2_session_client_new3(&session, HTTP2Callbacks.shared, nil, option, &memory)
    }
    return unsafe session!
  }

  /// The window that our streams begin with.
  var firstWindow: Int {
    let largest = min(max(1, settings.initialStreamWindow), Int(Int32.max))
    return role == .client ? min(largest, HTTP2Settings.firstStreamWindow) : largest
  }

  /// Frames our preface: settings, and the connection's window.
  func begin() {
    var entries = InlineArray<6, nghttp2_settings_entry>(repeating: nghttp2_settings_entry())
    var count = 0
    func add(_ id: nghttp2_settings_id, _ value: Int) {
      entries[count] = nghttp2_settings_entry(
        settings_id: Int32(bitPattern: id.rawValue), value: UInt32(clamping: value))
      count += 1
    }
    switch role {
    case .server:
      // nghttp2 answers a stream too many by ending the connection (RFC 9113, section 5.1.2, wants the stream ended):
      // it is told of no limit, and `appendSettings` tells the peer.
      add(NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, Int(Int32.max))
      if settings.enableConnectProtocol { add(NGHTTP2_SETTINGS_ENABLE_CONNECT_PROTOCOL, 1) }
      // Priorities of RFC 7540 cost much, and are no more.
      add(NGHTTP2_SETTINGS_NO_RFC7540_PRIORITIES, 1)
    case .client:
      add(NGHTTP2_SETTINGS_ENABLE_PUSH, 0)
    }
    add(NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, firstWindow)
    add(NGHTTP2_SETTINGS_MAX_FRAME_SIZE, min(max(16 << 10, settings.maxFrameSize), (1 << 24) - 1))
    add(NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, limits.headerBytes)
    let window = Int32(min(max(65_535, settings.initialConnectionWindow), Int(Int32.max)))
    // SAFETY: nghttp2 copies the entries.
    unsafe entries.span.withUnsafeBufferPointer {
      _ = unsafe nghttp2_submit_settings(session, UInt8(NGHTTP2_FLAG_NONE.rawValue), $0.baseAddress, count)
    }
    unsafe nghttp2_session_set_local_window_size(session, UInt8(NGHTTP2_FLAG_NONE.rawValue), 0, window)
    frameControl()
    controlOutput = 0
  }
}
