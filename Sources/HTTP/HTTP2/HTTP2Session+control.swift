internal import CNghttp2
internal import Primitives

// What nghttp2 calls about other frames than HEADERS and DATA, and about the end of streams.
// SAFETY: here as in the other extensions, nghttp2's functions are given the session's own pointer, which is valid as
// long as the session; see `HTTP2Session.session`.
extension HTTP2Session {
  func receivedReset(_ id: Int32, _ code: UInt32) {
    guard let stream = stream(id) else { return charge(.closedStream) }
    // Whoever has got all that was asked for may stop the rest. An endpoint answers us in this way: there are no more of
    // these than requests of ours.
    if role == .server, !stream.framedEnd { charge(.reset) }
    if !stream.isReset { stream.peerReset = code }
    tellReset(stream, code)
  }

  /// nghttp2 will reset a stream, or end the connection, for what the peer has sent.
  func receivedInvalid(_ id: Int32) {
    guard let stream = stream(id), !stream.wasResetHere else { return }
    doom(stream)
    chargeReset(stream)
  }

  /// The stream will be reset, or ends with an answer of a few bytes: it does not count among those that a client may have.
  /// When it closes depends on how its frames were cut, and what becomes of the others must not.
  func doom(_ stream: HTTP2Stream) {
    if stream.isDoomed { return }
    stream.isDoomed = true
    doomedStreams += 1
  }

  func chargeReset(_ stream: HTTP2Stream) {
    if stream.isResetCharged { return }
    stream.isResetCharged = true
    charge(.forcedReset)
  }

  func receivedSettings() {
    let limit = unsafe nghttp2_session_get_remote_settings(session, NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS)
    peerMaxConcurrentStreams = Int(min(limit, UInt32(Int32.max)))
    enablesConnectProtocol =
      unsafe nghttp2_session_get_remote_settings(session, NGHTTP2_SETTINGS_ENABLE_CONNECT_PROTOCOL) == 1
    hasPeerSettings = true
    queue(.settings, nil)
    // They may have made every stream's window larger (RFC 9113, section 6.9.2).
    tellStarved()
  }

  func receivedGoAway(_ last: Int32, _ code: UInt32) {
    isGoingAway = true
    var event = HTTP2QueuedEvent(.goAway, nil)
    event.lower = Int(last)
    event.code = code
    events.append(event)
  }

  func receivedPong() {
    guard unansweredPings > 0 else { return charge(.ping) }
    unansweredPings -= 1
    queue(.pong, nil)
  }

  /// Tells once that a stream has ended before its time.
  func tellReset(_ stream: HTTP2Stream, _ code: UInt32) {
    if stream.isReset { return }
    stream.isReset = true
    if !stream.isHidden, !stream.isMalformed { queue(.reset, stream, code: code) }
  }

  /// A window opened: who was told that there is none hears of it.
  func receivedWindowUpdate(_ id: Int32) {
    if id != 0 {
      if let stream = stream(id), stream.awaitsWindow { tellWritable(stream) }
      return
    }
    tellStarved()
  }

  private func tellStarved() {
    unsafe streams.forEach {
      unsafe $0._withUnsafeGuaranteedRef { if $0.awaitsWindow { tellWritable($0) } }
    }
  }

  private func tellWritable(_ stream: HTTP2Stream) {
    guard stream.queued == 0, sendWindow(of: stream) > 0 else { return }
    stream.awaitsWindow = false
    queueWritable(stream)
  }

  /// nghttp2 forgets a stream.
  func closed(_ id: Int32, _ code: UInt32) {
    // One that is none was refused before it became one.
    _ = withStream(id) { closed($0, code) }
  }

  private func closed(_ stream: HTTP2Stream, _ code: UInt32) {
    openStreams -= 1
    if stream.isDoomed { doomedStreams -= 1 }
    if stream.id == foundID {
      foundID = 0
      unsafe found = nil
    }
    if stream.isBeingRead {
      unsafe readingStream = nil
      reader.isReading = false
    }
    stream.isClosed = true
    if stream.wasResetHere { resetHere.insert(stream.id) } else { ended.insert(stream.id) }
    if stream.isHidden { return drop(stream) }
    if code != 0, !stream.wasResetHere { tellReset(stream, code) }
    // What a request has not sent may have to go elsewhere.
    if role == .server { stream.output.clear() }
    queue(.closed, stream)
  }
}
