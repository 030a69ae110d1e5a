/// What came on an HTTP/2 connection, or what became possible on it.
public enum HTTP2Event {
  /// A final head is complete, in `stream.head`.
  case head(HTTP2Stream)
  /// A 1xx response is in `stream.informational`; the final one follows.
  case informational(HTTP2Stream)
  /// A piece of the body: a range of the input that was given to `receive`.
  case body(HTTP2Stream, Range<Int>)
  /// The message is complete; its trailers, where there were any, are in `stream.trailers`.
  case end(HTTP2Stream)
  /// The peer has given the stream up. `refusedStream`: nothing of it was processed (RFC 9113, section 8.7).
  case reset(HTTP2Stream, HTTP2ErrorCode)
  /// The message breaks a rule. Where `stream.isClosed` is not set yet a server may answer before it resets.
  case malformed(HTTP2Stream, HTTPError)
  /// Nothing more will come or go; the stream is used again after this event.
  case closed(HTTP2Stream)
  /// Everything given to `send` is in frames: there is room again.
  case writable(HTTP2Stream)
  /// The peer's settings have come, or changed.
  case settings
  /// The peer takes no stream above `lastStream`, and no new ones.
  case goAway(lastStream: Int32, HTTP2ErrorCode)
  /// The answer to our ping.
  case pong
}
