internal import CNghttp2

extension HTTP2Session {
  /// The next event; nil where there is none. Ask until there is none after `receive`, and after `pull`. Of a stream
  /// that the owner has reset only `closed` is told.
  public func next() -> HTTP2Event? {
    settle()
    while nextEvent < events.count {
      let event = events[nextEvent]
      nextEvent += 1
      if let event = taken(event) { return event }
    }
    if nextEvent > 0 {
      events.removeAll(keepingCapacity: events.capacity <= 1024)
      nextEvent = 0
    }
    return nil
  }

  private func taken(_ event: HTTP2QueuedEvent) -> HTTP2Event? {
    switch event.kind {
    case .settings: return .settings
    case .pong: return .pong
    case .goAway: return .goAway(lastStream: Int32(event.lower), HTTP2ErrorCode(wire: event.code))
    default: break
    }
    // SAFETY: see `HTTP2QueuedEvent`.
    let stream = unsafe event.stream.unsafelyUnwrapped
    if stream.wasGivenUp, event.kind != .closed { return nil }
    switch event.kind {
    case .head: return .head(stream)
    case .informational:
      let spare = stream.informationals.removeFirst()
      swap(&stream.informational, &spare.head)
      pool.put(spare)
      return .informational(stream)
    case .body: return .body(stream, event.lower..<event.upper)
    case .end: return .end(stream)
    case .reset: return .reset(stream, HTTP2ErrorCode(wire: event.code))
    case .malformed:
      refusing = stream
      return .malformed(stream, HTTPError(rawValue: UInt8(event.code)) ?? .invalidValue)
    case .writable:
      stream.isWritableQueued = false
      return stream.isClosed ? nil : .writable(stream)
    default:
      closing = stream
      return .closed(stream)
    }
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
    if let stream = closing {
      closing = nil
      drop(stream)
    }
  }

  func register(_ stream: HTTP2Stream) {
    stream.slot = streams.count
    streams.append(stream)
    openStreams += 1
  }

  /// Gives a stream back, of which no event is queued any more.
  func drop(_ stream: HTTP2Stream) {
    headSizes -= stream.headSize
    if stream.unconsumed > 0, failure == nil, role == .server {
      unsafe nghttp2_session_consume_connection(session, stream.unconsumed)
    }
    let last = streams.removeLast()
    if last !== stream {
      last.slot = stream.slot
      streams[stream.slot] = last
    }
    pool.put(stream)
  }
}
