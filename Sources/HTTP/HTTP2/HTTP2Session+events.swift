internal import CNghttp2
internal import Primitives

extension HTTP2Session {
  /// Delivers the next event; false where there is none. Ask until there is none after `receive`, with its input, and
  /// after `pull`. Of a stream that the owner has reset only `streamClosed` is told.
  public func deliver(to handler: any HTTP2EventHandler, _ input: Span<UInt8>) -> Bool {
    settle()
    while nextEvent < events.count {
      let event = events[nextEvent]
      nextEvent += 1
      guard let stream = unsafe event.stream else {
        tell(event, to: handler)
        return true
      }
      // SAFETY: see `HTTP2QueuedEvent`.
      if unsafe stream._withUnsafeGuaranteedRef({ tell(event, of: $0, to: handler, input) }) { return true }
    }
    if nextEvent > 0 {
      events.removeAll(keepingCapacity: events.capacity <= 1024)
      nextEvent = 0
    }
    return false
  }

  private func tell(_ event: HTTP2QueuedEvent, to handler: any HTTP2EventHandler) {
    switch event.kind {
    case .settings: handler.settingsReceived()
    case .goAway:
      handler.goAwayReceived(lastStream: Int32(event.lower), HTTP2ErrorCode(wire: event.code))
    default: handler.pongReceived()
    }
  }

  /// False where nobody wants to hear it any more.
  private func tell(
    _ event: HTTP2QueuedEvent, of stream: HTTP2Stream, to handler: any HTTP2EventHandler, _ input: Span<UInt8>
  ) -> Bool {
    if stream.wasGivenUp, event.kind != .closed { return false }
    switch event.kind {
    case .head: handler.headReceived(stream)
    case .informational:
      let spare = stream.informationals.removeFirst()
      swap(&stream.informational, &spare.head)
      pool.put(spare)
      handler.informationalReceived(stream)
    case .body where event.isInRun:
      pool.run.bytes.withBytes { handler.bodyReceived(stream, event.lower..<event.upper, of: $0) }
    case .body: handler.bodyReceived(stream, event.lower..<event.upper, of: input)
    case .end: handler.endReceived(stream)
    case .reset: handler.streamReset(stream, HTTP2ErrorCode(wire: event.code))
    case .malformed:
      refusing = stream
      handler.messageMalformed(stream, HTTPError(rawValue: UInt8(event.code)) ?? .invalidValue)
    case .writable:
      stream.isWritableQueued = false
      if stream.isClosed { return false }
      handler.streamWritable(stream)
    default:
      unsafe closing = Unmanaged.passUnretained(stream)
      handler.streamClosed(stream)
    }
    return true
  }

  func queue(_ kind: HTTP2QueuedEvent.Kind, _ stream: HTTP2Stream?, code: UInt32 = 0) {
    var event = HTTP2QueuedEvent(kind, stream)
    event.code = code
    events.append(event)
  }

  func queueWritable(_ stream: HTTP2Stream) {
    if stream.isWritableQueued { return }
    stream.isWritableQueued = true
    queue(.writable, stream)
  }

  /// What has to be done after the event that was taken last.
  func settle() {
    if let stream = refusing {
      refusing = nil
      if !stream.sentHead { resetUnasked(stream, .protocolError) }
    }
    if let stream = unsafe closing {
      unsafe closing = nil
      unsafe stream._withUnsafeGuaranteedRef { drop($0) }
    }
  }

  func register(_ stream: HTTP2Stream) {
    unsafe stream.slot = streams.count
    unsafe streams.append(Unmanaged.passUnretained(stream))
    openStreams += 1
  }

  /// Gives a stream back, of which no event is queued any more.
  func drop(_ stream: HTTP2Stream) {
    headSizes -= stream.headSize
    if stream.unconsumed > 0, failure == nil, role == .server {
      unsafe nghttp2_session_consume_connection(session, stream.unconsumed)
    }
    let last = unsafe streams.removeLast()
    unsafe last._withUnsafeGuaranteedRef {
      if $0 === stream { return }
      $0.slot = stream.slot
      unsafe streams[stream.slot] = last
    }
    unsafe pool.put(Unmanaged.passUnretained(stream))
  }
}
