/// What a decoder found next in its input. An HTTP/2 session will give the same events, each beside the id of
/// its stream.
public enum HTTPEvent: Equatable, Sendable {
  /// Everything from `offset` on must be presented again, with more behind it.
  case needInput
  /// A 1xx response other than 101 is in the head; the final one follows.
  case informational
  /// The head is complete. After it come `body` events and one `end`, but for a tunnel, which has only `body`.
  case head
  /// A piece of the body: a range of the input that was presented.
  case body(Range<Int>)
  /// The message is complete, and its trailers, where there were any.
  case end
}
