/// An event that waits to be delivered.
@safe
struct HTTP2QueuedEvent {
  enum Kind: UInt8 {
    case head, informational, body, end, reset, malformed, closed, writable, settings, goAway, pong
  }

  let kind: Kind
  // SAFETY: the session holds every stream that an event names until its `closed`, the last one, was delivered.
  let stream: Unmanaged<HTTP2Stream>?
  /// A code, an `HTTPError`, or a stream's number.
  var code: UInt32 = 0
  /// The piece of a body is in the pool's `run`, not in the input.
  var isInRun = false
  var lower = 0
  var upper = 0

  init(_ kind: Kind, _ stream: HTTP2Stream?) {
    self.kind = kind
    unsafe self.stream = stream.map(Unmanaged.passUnretained)
  }
}
