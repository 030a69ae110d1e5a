/// Hears what a session found in its input, or what became of its output: see `HTTP2Session.deliver`.
///
/// Streams are lent for the call: no event passes a reference that would have to be counted.
public protocol HTTP2EventHandler: AnyObject {
  /// The final head is complete and in `stream.head`: a request's, or a response's. Where the stream was reset in
  /// the same input, `stream.isReset` says so already. A response that can have no body is told at its end.
  func headReceived(_ stream: HTTP2Stream)
  /// Client: a 1xx response is in `stream.informational`; the final one follows. There is no 101.
  func informationalReceived(_ stream: HTTP2Stream)
  /// A piece of the body: a range of `input`, which is what was given to `receive` last, or was put together of it. It counts
  /// as `unconsumed`.
  func bodyReceived(_ stream: HTTP2Stream, _ range: Range<Int>, of input: Span<UInt8>)
  /// The peer's side of the stream has ended. Its trailers, where there were any, are in `stream.trailers`.
  func endReceived(_ stream: HTTP2Stream)
  /// The stream ended before its time: the peer reset it, the peer's GOAWAY left it out (`refusedStream`: surely not
  /// processed), or the session had to reset it. `streamClosed` follows.
  func streamReset(_ stream: HTTP2Stream, _ code: HTTP2ErrorCode)
  /// The message breaks a rule. A server may answer at once, with `sendHead` before anything else is asked of the
  /// session: then the stream ends with the answer. Otherwise, and always in a client, it is reset with PROTOCOL_ERROR.
  /// No other event comes for it, but `streamClosed`.
  func messageMalformed(_ stream: HTTP2Stream, _ error: HTTPError)
  /// What was given to `send` is in frames now; or a window opened, and nothing is queued, after `sendWindow` had said
  /// that there was none.
  func streamWritable(_ stream: HTTP2Stream)
  /// Both sides are over, and nothing more will come: what is `unconsumed` still is given back to the connection. The
  /// stream must not be touched any more once the next event has been asked for: it is used again.
  func streamClosed(_ stream: HTTP2Stream)
  /// The peer's settings came: `peerMaxConcurrentStreams` and `enablesConnectProtocol` may have changed.
  func settingsReceived()
  /// The peer takes no further streams; those above `lastStream` come back as `streamReset`. A first one may name
  /// 2^31 - 1, and a second one the truth.
  func goAwayReceived(lastStream: Int32, _ code: HTTP2ErrorCode)
  /// The peer answered a `ping`.
  func pongReceived()
}
