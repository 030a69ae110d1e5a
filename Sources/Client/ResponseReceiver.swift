/// Hears of one call. The client's thread, and never within `start`, `resume` or `cancel`.
///
/// First the head, then pieces of the body, then the end; or at any place a failure. The end and the failure are each
/// the last word. It may start, pause and cancel calls from here.
public protocol ResponseReceiver: AnyObject {
  /// The head is in `call.response`.
  func headReceived(of call: ClientCall)
  /// A piece of the body, however it was cut. The bytes are valid during the call.
  func bodyReceived(_ bytes: Span<UInt8>, of call: ClientCall)
  /// The response is whole. Trailers, where there were any, are in `call.trailers`.
  func ended(_ call: ClientCall)
  func failed(_ call: ClientCall, _ failure: ClientFailure)
  /// `ClientCall.resume` has taken effect: the body goes on.
  func resumed(_ call: ClientCall)
  /// All of what was given to `ClientCall.send` is on its way.
  func drained(_ call: ClientCall)
}

extension ResponseReceiver {
  public func resumed(_ call: ClientCall) {}
  public func drained(_ call: ClientCall) {}
}
