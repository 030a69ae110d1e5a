/// What a session found in its input, or what became of its output.
public enum HTTP2Event {
  /// The final head is complete and in `stream.head`: a request's, or a response's. Where the stream was reset in
  /// the same input, `stream.isReset` says so already. A response that can have no body is told at its end.
  case head(HTTP2Stream)
  /// Client: a 1xx response is in `stream.informational`; the final one follows. There is no 101.
  case informational(HTTP2Stream)
  /// A piece of the body: a range of the input that was given to `receive` last. It counts as `unconsumed`.
  case body(HTTP2Stream, Range<Int>)
  /// The peer's side of the stream has ended. Its trailers, where there were any, are in `stream.trailers`.
  case end(HTTP2Stream)
  /// The stream ended before its time: the peer reset it, the peer's GOAWAY left it out (`refusedStream`: surely not
  /// processed), or the session had to reset it. `closed` follows.
  case reset(HTTP2Stream, HTTP2ErrorCode)
  /// The message breaks a rule. A server may answer at once, with `sendHead` before anything else is asked of the
  /// session: then the stream ends with the answer. Otherwise, and always in a client, it is reset with PROTOCOL_ERROR.
  /// No other event comes for it, but `closed`.
  case malformed(HTTP2Stream, HTTPError)
  /// Both sides are over, and nothing more will come: what is `unconsumed` still is given back to the connection. The
  /// stream must not be touched any more once the next event has been asked for: it is used again.
  case closed(HTTP2Stream)
  /// What was given to `send` is in frames now; or a window opened, and nothing is queued, after `sendWindow` had said
  /// that there was none.
  case writable(HTTP2Stream)
  /// The peer's settings came: `peerMaxConcurrentStreams` and `peerEnablesConnectProtocol` may have changed.
  case settings
  /// The peer takes no further streams; those above `lastStream` come back as `reset`. A first one may name
  /// 2^31 - 1, and a second one the truth.
  case goAway(lastStream: Int32, HTTP2ErrorCode)
  /// The peer answered a `ping`.
  case pong
}
