internal import HTTP

/// A connection, as the calls on it see it.
protocol CallCarrier: AnyObject {
  /// A piece of an open body.
  func send(_ bytes: Span<UInt8>, of call: ClientCall)
  /// The end of an open body.
  func finish(_ call: ClientCall)
  /// Bytes of an open body that wait here.
  func queued(_ call: ClientCall) -> Int
  /// The call takes bytes again: so many of them were held for it, and are with its receiver now.
  func proceed(_ call: ClientCall, delivered: Int)
  /// No word came for the call in time: others had better not begin here.
  func suspect()
  /// The call is over for its owner, before its response's end.
  func abandon(_ call: ClientCall)
}

extension CallCarrier {
  func suspect() {}
}
