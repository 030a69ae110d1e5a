/// Gathers a response's body, and tells when it is whole.
final class WholeResponse: ResponseReceiver {
  private var body: [UInt8] = []
  private let done: (ClientCall, Result<[UInt8], ClientFailure>) -> Void

  init(_ done: @escaping (ClientCall, Result<[UInt8], ClientFailure>) -> Void) { self.done = done }

  func headReceived(of call: ClientCall) {}
  func bodyReceived(_ bytes: Span<UInt8>, of call: ClientCall) {
    body.reserveCapacity(body.count + bytes.count)
    for index in bytes.indices { body.append(bytes[index]) }
  }
  func ended(_ call: ClientCall) { done(call, .success(body)) }
  func failed(_ call: ClientCall, _ failure: ClientFailure) { done(call, .failure(failure)) }
}

extension HTTPClient {
  /// Makes a call whose response is wanted whole: its body goes to `done`, status and fields are in the call. The
  /// request's `bodyLimit` bounds what is held.
  @discardableResult
  public func fetch(
    _ request: ClientRequest, from origin: ClientOrigin,
    _ done: @escaping (ClientCall, Result<[UInt8], ClientFailure>) -> Void
  ) -> ClientCall {
    start(request, to: origin, for: WholeResponse(done))
  }
}
