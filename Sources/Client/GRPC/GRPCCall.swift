internal import HTTP

/// One call of gRPC, of whichever kind: messages out, messages in, one outcome. Its origin must speak HTTP/2. The
/// client's thread.
public final class GRPCCall {
  private let limit: Int
  private var receiver: (any GRPCReceiver)?
  private var call: ClientCall?
  private var messages: GRPCMessages

  init(_ request: GRPCRequest, _ receiver: any GRPCReceiver) {
    limit = request.messageLimit
    self.receiver = receiver
    messages = GRPCMessages(limit: request.messageLimit)
  }

  func begin(_ client: HTTPClient, _ request: GRPCRequest, _ body: ClientRequest.Body, _ origin: ClientOrigin)
  {
    call = client.start(request.head(body), to: origin, for: self)
  }

  /// One more message of a call that was begun with `open`.
  public func send(_ message: [UInt8]) { call?.send(GRPCMessages.framed(message).span) }
  /// The last message was sent.
  public func finish() { call?.finish() }
  /// Bytes of messages that the server has not taken yet.
  public var queued: Int { call?.queued ?? 0 }

  /// Ends it at once: nothing more is heard.
  public func cancel() {
    call?.cancel()
    leave()
  }

  /// No more messages come until `resume`.
  public func pause() { call?.pause() }
  public func resume() { call?.resume() }
  public var isOver: Bool { call == nil }

  private func leave() {
    call = nil
    receiver = nil
  }

  /// Messages that are whole go out while they are wanted.
  private func deliver() {
    while let call, !call.isPaused {
      do throws(GRPCMessages.Fault) {
        guard let message = try messages.next() else { return }
        receiver?.messageReceived(message, of: self)
      } catch {
        call.cancel()
        end(Self.outcome(error, limit))
      }
    }
  }

  private static func outcome(_ fault: GRPCMessages.Fault, _ limit: Int) -> GRPCOutcome {
    switch fault {
    case .compressed: GRPCOutcome(.internal, "a message is compressed, which was not asked for")
    case .badFlag: GRPCOutcome(.internal, "a message has a flag that is none")
    case .tooLong: GRPCOutcome(.resourceExhausted, "a message has more than \(limit) bytes")
    }
  }

  private func end(_ outcome: GRPCOutcome) {
    let receiver = self.receiver
    leave()
    receiver?.ended(self, outcome)
  }
}

extension GRPCCall: ResponseReceiver {
  public func headReceived(of call: ClientCall) {
    let response = GRPCOutcome(call.response, call.trailers)
    // No gRPC at all: its body is a page for people.
    guard call.response.status != 200, call.response.grpcCode == nil else { return }
    call.cancel()
    end(response)
  }

  public func bodyReceived(_ bytes: Span<UInt8>, of call: ClientCall) {
    messages.append(bytes)
    deliver()
  }

  public func resumed(_ call: ClientCall) { deliver() }

  public func ended(_ call: ClientCall) {
    let outcome = GRPCOutcome(call.response, call.trailers)
    let isCut = outcome.code == .ok && messages.isWithinMessage
    end(isCut ? GRPCOutcome(.internal, "the last message is not whole") : outcome)
  }

  public func failed(_ call: ClientCall, _ failure: ClientFailure) { end(GRPCOutcome(failure)) }
  public func drained(_ call: ClientCall) { receiver?.drained(self) }
}
