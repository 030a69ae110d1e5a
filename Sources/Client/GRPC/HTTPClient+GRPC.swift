internal import HTTP

extension HTTPClient {
  /// Begins a call with one message, to which any number may come back: a watch, say.
  @discardableResult
  public func start(
    _ request: GRPCRequest, _ message: [UInt8], to origin: ClientOrigin, for receiver: any GRPCReceiver
  ) -> GRPCCall {
    let call = GRPCCall(request, receiver)
    call.begin(self, request, .whole(GRPCMessages.framed(message)), origin)
    return call
  }

  /// Begins a call whose messages come by `GRPCCall.send` and `finish`.
  public func open(
    _ request: GRPCRequest, to origin: ClientOrigin, for receiver: any GRPCReceiver
  ) -> GRPCCall {
    let call = GRPCCall(request, receiver)
    call.begin(self, request, .open, origin)
    return call
  }

  /// A unary call: one message there, one back.
  @discardableResult
  public func unary(
    _ request: GRPCRequest, _ message: [UInt8], to origin: ClientOrigin,
    _ done: @escaping (Result<[UInt8], GRPCOutcome>) -> Void
  ) -> GRPCCall {
    start(request, message, to: origin, for: UnaryResponse(done))
  }
}

/// Waits for the one message of a unary call.
private final class UnaryResponse: GRPCReceiver {
  private var message: [UInt8]?
  private let done: (Result<[UInt8], GRPCOutcome>) -> Void

  init(_ done: @escaping (Result<[UInt8], GRPCOutcome>) -> Void) { self.done = done }

  func messageReceived(_ message: [UInt8], of call: GRPCCall) {
    guard self.message == nil else {
      // Whoever sends a second one may go on for ever.
      call.cancel()
      return done(.failure(Self.notOne))
    }
    self.message = message
  }

  func ended(_ call: GRPCCall, _ outcome: GRPCOutcome) {
    guard outcome.code == .ok else { return done(.failure(outcome)) }
    done(message.map { .success($0) } ?? .failure(Self.notOne))
  }

  private static let notOne = GRPCOutcome(.internal, "a unary call has one message for an answer")
}
