/// Hears of one call of gRPC. The client's thread, and never within a function of the call's.
public protocol GRPCReceiver: AnyObject {
  func messageReceived(_ message: [UInt8], of call: GRPCCall)
  /// The last word.
  func ended(_ call: GRPCCall, _ outcome: GRPCOutcome)
  /// All messages that were given to `GRPCCall.send` are on their way.
  func drained(_ call: GRPCCall)
}

extension GRPCReceiver {
  public func drained(_ call: GRPCCall) {}
}
