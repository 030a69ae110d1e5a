public import HTTP

/// What an `HTTP2EventHandler` is told, as a value.
public enum HTTP2Event {
  case head(HTTP2Stream)
  case informational(HTTP2Stream)
  case body(HTTP2Stream, HTTP2Piece)
  case end(HTTP2Stream)
  case reset(HTTP2Stream, HTTP2ErrorCode)
  case malformed(HTTP2Stream, HTTPError)
  case closed(HTTP2Stream)
  case writable(HTTP2Stream)
  case settings
  case goAway(lastStream: Int32, HTTP2ErrorCode)
  case pong
}

/// A piece of a body.
public struct HTTP2Piece {
  let range: Range<Int>
  /// What the range is one of, where that is not the input.
  let gathered: [UInt8]?

  public var count: Int { range.count }

  public func bytes(of input: [UInt8]) -> ArraySlice<UInt8> { (gathered ?? input)[range] }
}

extension HTTP2Session {
  /// The next event; nil where there is none.
  public func next() -> HTTP2Event? {
    let catcher = HTTP2EventCatcher()
    return deliver(to: catcher, Span()) ? catcher.event : nil
  }
}

private final class HTTP2EventCatcher: HTTP2EventHandler {
  var event: HTTP2Event?

  func headReceived(_ stream: HTTP2Stream) { event = .head(stream) }
  func informationalReceived(_ stream: HTTP2Stream) { event = .informational(stream) }
  func bodyReceived(_ stream: HTTP2Stream, _ range: Range<Int>, of input: Span<UInt8>) {
    event = .body(stream, HTTP2Piece(range: range, gathered: input.isEmpty ? nil : input.copied))
  }
  func endReceived(_ stream: HTTP2Stream) { event = .end(stream) }
  func streamReset(_ stream: HTTP2Stream, _ code: HTTP2ErrorCode) { event = .reset(stream, code) }
  func messageMalformed(_ stream: HTTP2Stream, _ error: HTTPError) { event = .malformed(stream, error) }
  func streamWritable(_ stream: HTTP2Stream) { event = .writable(stream) }
  func streamClosed(_ stream: HTTP2Stream) { event = .closed(stream) }
  func settingsReceived() { event = .settings }
  func goAwayReceived(lastStream: Int32, _ code: HTTP2ErrorCode) {
    event = .goAway(lastStream: lastStream, code)
  }
  func pongReceived() { event = .pong }
}
