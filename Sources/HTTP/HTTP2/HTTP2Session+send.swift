internal import CNghttp2
public import Primitives

extension HTTP2Session {
  /// Client: one more request can be started at present.
  public var canStartRequest: Bool {
    guard role == .client, failure == nil, openStreams < peerMaxConcurrentStreams else { return false }
    return unsafe nghttp2_session_check_request_allowed(session) != 0
  }

  /// Client: starts a request, which is framed before this returns, so that the head may change then. `ends`: there is
  /// no body. None where `canStartRequest` is false.
  ///
  /// `head.connectProtocol` makes it an extended CONNECT (`enablesConnectProtocol`). `:authority` is made from
  /// Host, or from `head.authority`; `:scheme` from `head.scheme`, `http` without one, and `https` where `isSecure`. What is for HTTP/1 connections
  /// only is left out.
  public func startRequest(_ head: borrowing MessageHead, ends: Bool) -> Lent<HTTP2Stream> {
    guard canStartRequest else { return Lent() }
    let taken = unsafe pool.take()
    // SAFETY: the list holds addresses in `head`, which is borrowed until the request is framed. `streams` holds the
    // stream until nghttp2 has closed it.
    unsafe pool.list.setRequest(head, &named, isSecure: isSecure)
    let id = unsafe h2_submit_request(
      session, pool.list.start, pool.list.count, ends ? nil : HTTP2Callbacks.read, taken.toOpaque())
    guard id > 0 else {
      unsafe pool.put(taken)
      return Lent()
    }
    let stream = unsafe Lent(taken)
    stream { stream in
      stream.id = id
      stream.method = head.method
      stream.sentHead = true
      stream.sentEnd = ends
      stream.hasFullWindow = firstWindow >= settings.initialStreamWindow
      register(stream)
    }
    lastStartedStream = id
    frameControl()
    return stream
  }

  /// Server: sends a response's head, an informational one where its status is below 200. It is framed before this
  /// returns, so that the head may change then. `ends`: no body follows. A 101 is not for HTTP/2, and is not sent.
  public func sendHead(_ head: borrowing MessageHead, on stream: HTTP2Stream, ends: Bool = false) {
    guard role == .server, canSend(on: stream), !stream.sentHead, head.status != 101 else { return }
    let isFinal = head.status >= 200
    // SAFETY: the list holds addresses in `head`, which is borrowed until the response is framed.
    unsafe pool.list.setResponse(head, &named)
    if isFinal {
      stream.sentHead = true
      stream.sentEnd = ends
      unsafe h2_submit_response(
        session, stream.id, pool.list.start, pool.list.count, ends ? nil : HTTP2Callbacks.read,
        Unmanaged.passUnretained(stream).toOpaque())
    } else {
      unsafe nghttp2_submit_headers(
        session, UInt8(NGHTTP2_FLAG_NONE.rawValue), stream.id, nil, pool.list.start, pool.list.count, nil)
    }
    frameControl()
  }

  /// Puts a piece of the body into the stream's queue. How much may wait there is for the owner to bound.
  public func send(_ bytes: Span<UInt8>, on stream: HTTP2Stream) {
    guard canSend(on: stream), stream.sentHead, !stream.sentEnd, !bytes.isEmpty else { return }
    stream.output.append(bytes)
    unframed += bytes.count
    if stream.output.count > Self.frameSize, !stream.takesTurns { takeTurns(stream) }
    resume(stream)
  }

  /// Ends our side of the stream, behind what is queued.
  public func sendEnd(on stream: HTTP2Stream) {
    guard canSend(on: stream), stream.sentHead, !stream.sentEnd else { return }
    stream.sentEnd = true
    if stream.output.isEmpty { bareEnds.append(stream.id) }
    resume(stream)
  }

  /// Ends our side of the stream with trailers, behind what is queued. They are copied; those that must not be in
  /// trailers are left out.
  public func sendEnd(trailers: borrowing MessageHead, on stream: HTTP2Stream) {
    guard canSend(on: stream), stream.sentHead, !stream.sentEnd else { return }
    if !trailers.fields.isEmpty { trailers.copy(into: &stream.outgoingTrailers) }
    sendEnd(on: stream)
  }

  /// Ends a stream in both directions, and forgets what is queued. Only `closed` follows. Nothing where it is closed already.
  /// - Parameter behindAnswer: an answer that is complete goes out before.
  public func reset(_ stream: HTTP2Stream, _ code: HTTP2ErrorCode, behindAnswer: Bool = false) {
    stream.wasGivenUp = true
    guard canSend(on: stream) else { return }
    if behindAnswer, stream.sentEnd, !stream.framedEnd {
      stream.resetBehindEnd = code
      return
    }
    submitReset(stream, code)
    frameControl()
  }

  /// Server: nothing was done about a request, and nothing will be (RFC 9113, section 8.7). It is charged like one that is
  /// beyond the streams allowed.
  /// - Parameter extra: what it takes from the peer's glitches besides.
  public func refuse(_ stream: HTTP2Stream, extra: Int = 0) {
    stream.wasGivenUp = true
    resetUnasked(stream, .refusedStream)
    refusals &+= 1
    charge(.refused, extra: extra)
  }

  /// Server: how many requests were refused since this was asked last.
  public func takeRefusals() -> Int {
    defer { refusals = 0 }
    return Int(refusals)
  }

  /// Gives `count` bytes of window back to the sender, on the stream and, to a client, on the connection; never more
  /// than are `unconsumed`. What is left when the stream closes is given back then.
  ///
  /// A server's connection serves many clients: its window is given back as bytes come, so that one client that takes
  /// nothing cannot use it up for the others. The streams' windows bound what is held.
  public func consume(_ count: Int, on stream: HTTP2Stream) {
    let count = min(count, stream.unconsumed)
    guard count > 0 else { return }
    stream.unconsumed -= count
    if failure != nil { return }
    switch role {
    case .server: unsafe nghttp2_session_consume(session, stream.id, count)
    case .client:
      if stream.receivedEnd { return }
      if !stream.hasFullWindow { widen(stream, count) }
      unsafe nghttp2_session_consume_stream(session, stream.id, count)
    }
  }

  /// Whoever has taken so much takes more: from now on the stream has the window that is configured.
  private func widen(_ stream: HTTP2Stream, _ count: Int) {
    stream.consumed += count
    if stream.consumed < 2 * firstWindow { return }
    stream.hasFullWindow = true
    unsafe nghttp2_session_set_local_window_size(
      session, UInt8(NGHTTP2_FLAG_NONE.rawValue), stream.id,
      Int32(clamping: settings.initialStreamWindow))
  }

  /// How many bytes of body the peer takes on this stream beyond those that are `queued`, by the smaller of the
  /// stream's and the connection's window. What others have been given for the next `pull` is theirs, so that not each
  /// gets all of the connection's window; but a little of it is for everyone, so that none waits until another one ends.
  /// Where it is none, `writable` tells when it has become some.
  public func sendWindow(of stream: HTTP2Stream) -> Int {
    guard failure == nil, !stream.isClosed else { return 0 }
    let own = unsafe nghttp2_session_get_stream_remote_window_size(session, stream.id)
    let shared = Int(unsafe nghttp2_session_get_remote_window_size(session))
    let left = max(shared - max(unframed, stream.queued), min(shared, Self.share) - stream.queued)
    let window = min(Int(own) - stream.queued, left)
    if window <= 0 { stream.awaitsWindow = true }
    return window
  }

  /// What each stream may have of the connection's window, whatever others have been given.
  private static let share = 4 << 10

  /// Whether the peer lets a stream have less than `count` bytes of body, whatever the connection has. Costs next to
  /// nothing where windows begin with as much.
  public func isNarrower(_ stream: HTTP2Stream, than count: Int) -> Bool {
    guard failure == nil,
      unsafe nghttp2_session_get_remote_settings(session, NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE) < count
    else { return false }
    return unsafe nghttp2_session_get_stream_remote_window_size(session, stream.id) < count
  }

  /// From now on frames of this stream alternate with those of others; before, what it has goes out in one piece.
  private func takeTurns(_ stream: HTTP2Stream) {
    stream.takesTurns = true
    if role == .client { return }
    var priority = nghttp2_extpri(urgency: 3, inc: 1)
    unsafe nghttp2_session_change_extpri_stream_priority(session, stream.id, &priority, 1)
  }

  /// The largest DATA frame that a peer takes unless it says otherwise (RFC 9113, section 6.5.2).
  private static let frameSize = 16 << 10

  func canSend(on stream: HTTP2Stream) -> Bool {
    failure == nil && !stream.isClosed && !stream.wasResetHere
  }

  private func resume(_ stream: HTTP2Stream) {
    guard stream.isDeferred else { return }
    stream.isDeferred = false
    unsafe nghttp2_session_resume_data(session, stream.id)
  }

  func resetUnasked(_ stream: HTTP2Stream, _ code: HTTP2ErrorCode) {
    if canSend(on: stream) { submitReset(stream, code) }
  }

  func submitReset(_ stream: HTTP2Stream, _ code: HTTP2ErrorCode) {
    if stream.wasResetHere || stream.isClosed { return }
    stream.wasResetHere = true
    stream.isReset = true
    doom(stream)
    unsafe nghttp2_submit_rst_stream(session, UInt8(NGHTTP2_FLAG_NONE.rawValue), stream.id, code.rawValue)
  }
}
