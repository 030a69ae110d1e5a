internal import CNghttp2
internal import Primitives

extension HTTP2Session {
  /// Asks for a sign of life: `pong` answers it.
  public func ping() {
    guard failure == nil else { return }
    pings += 1
    unansweredPings += 1
    var payload = InlineArray<8, UInt8>(repeating: 0)
    for i in 0..<8 { payload[i] = UInt8(truncatingIfNeeded: pings >> (8 * i)) }
    // SAFETY: nghttp2 copies the eight bytes.
    unsafe payload.span.withUnsafeBufferPointer {
      _ = unsafe nghttp2_submit_ping(session, UInt8(NGHTTP2_FLAG_NONE.rawValue), $0.baseAddress)
    }
    frameControl()
  }

  /// Server: tells the client to begin no further streams, while those on their way are still taken (RFC 9113, section
  /// 6.8). `shutDown` follows, a round trip later.
  public func announceShutdown() {
    guard failure == nil, role == .server, !sentLastStream else { return }
    unsafe nghttp2_submit_shutdown_notice(session)
    frameControl()
  }

  /// Takes no further streams, and names the last one that was taken. Those that are open go on, and `isFinished` comes
  /// true when they are over.
  public func shutDown() {
    guard failure == nil, !sentLastStream else { return }
    sentLastStream = true
    let last = unsafe nghttp2_session_get_last_proc_stream_id(session)
    let code = HTTP2ErrorCode.noError.rawValue
    unsafe nghttp2_submit_goaway(session, UInt8(NGHTTP2_FLAG_NONE.rawValue), last, code, nil, 0)
    frameControl()
  }

  /// Ends the session for what only its owner can know, such as how long something takes. Nothing follows the GOAWAY,
  /// which stands to be pulled.
  public func end(_ error: HTTP2ConnectionError) {
    settle()
    fail(error)
    appendGoAway()
  }

  /// Nothing more will be read or written: close the connection.
  public var isFinished: Bool {
    if failure != nil { return output.isEmpty && !owesGoAway }
    let (reads, writes) = unsafe (nghttp2_session_want_read(session), nghttp2_session_want_write(session))
    return output.isEmpty && reads == 0 && writes == 0
  }
}
