public import HTTP
internal import Primitives
internal import Reactor

/// One request and its response. The client's thread.
///
/// Let it go or not: it goes on until its end, a failure or `cancel`.
public final class ClientCall {
  enum Phase {
    /// For a connection.
    case waiting
    /// For the response's head.
    case sent
    case body
    case over
  }

  let client: HTTPClient
  let origin: ClientOrigin
  let request: ClientRequest
  var token = Token.none
  private(set) var phase = Phase.waiting
  var receiver: (any ResponseReceiver)?
  /// The connection that it is on.
  var carrier: (any CallCarrier)?
  /// On HTTP/2.
  var stream: HTTP2Stream?

  /// The response's head, from `headReceived` on.
  public internal(set) var response = MessageHead()
  /// From `ended` on.
  public internal(set) var trailers = MessageHead()

  // What is to be delivered
  public private(set) var isPaused = false
  var wasResumed = false
  var held = ByteBuffer()
  var heldEnd = false
  private var received: UInt64 = 0

  // What is to be sent
  private var outgoing = ByteBuffer()
  private var isFinished = false
  private var hasSentOpenBody = false

  // Attempts
  var attempts = 0
  /// Only connections that are younger than this will do.
  private(set) var leastBirth: UInt64 = 0

  // Time
  let end: MonotonicTime
  var stageEnd = MonotonicTime.distantFuture
  var timer = TimerWheel.ID.none
  var timerAt = MonotonicTime.distantFuture

  init(client: HTTPClient, origin: ClientOrigin, request: ClientRequest, receiver: any ResponseReceiver) {
    self.client = client
    self.origin = origin
    self.request = request
    self.receiver = receiver
    end = client.loop.now.deadline(after: request.wholeTimeout)
  }

  /// Nothing more will be heard of it.
  public var isOver: Bool { phase == .over }

  // MARK: The owner's

  /// Ends it at once: nothing more is heard. Nothing where it is over.
  public func cancel() {
    guard phase != .over else { return }
    let carrier = self.carrier
    leave()
    carrier?.abandon(self)
    receiver = nil
  }

  /// No more of the body comes until `resume`. What the server sends meanwhile is bounded: by one read, or on HTTP/2
  /// by the stream's window.
  public func pause() {
    isPaused = true
    if phase == .body { setStage(.zero) }
  }

  /// The body goes on, from the loop's next turn on.
  public func resume() {
    guard isPaused else { return }
    isPaused = false
    wasResumed = true
    if phase == .body { setStage(request.bodyTimeout) }
    client.loop.continueLater(token)
  }

  /// A piece of an open body. What the server does not take yet is held, and `queued`.
  public func send(_ bytes: Span<UInt8>) {
    guard request.body == .open, phase != .over, !isFinished, !bytes.isEmpty else { return }
    if let carrier {
      hasSentOpenBody = true
      carrier.send(bytes, of: self)
    } else {
      outgoing.append(bytes)
    }
  }

  /// The end of an open body.
  public func finish() {
    guard request.body == .open, phase != .over, !isFinished else { return }
    isFinished = true
    carrier?.finish(self)
  }

  /// Bytes of an open body that the server has not taken yet.
  public var queued: Int { carrier?.queued(self) ?? outgoing.count }

  // MARK: The connections'

  func begin() {
    attempts = 1
    if request.isValid { client.place(self) } else { fail(.invalidRequest) }
  }

  /// A connection has taken it and has sent the head.
  func attach(_ carrier: any CallCarrier) {
    self.carrier = carrier
    phase = .sent
    setStage(request.headTimeout)
    guard request.body == .open else { return }
    if !outgoing.isEmpty {
      hasSentOpenBody = true
      outgoing.withBytes { carrier.send($0, of: self) }
      outgoing.release()
    }
    if isFinished { carrier.finish(self) }
  }

  /// Whether the whole request has been given to the connection.
  var isSent: Bool { request.body != .open || isFinished }

  func headReceived() {
    phase = .body
    setStage(isPaused ? .zero : request.bodyTimeout)
    receiver?.headReceived(of: self)
  }

  /// Returns whether the receiver has it, so that it may be given back to the sender; what it has not is held.
  func bodyReceived(_ bytes: Span<UInt8>) -> Bool {
    received += UInt64(bytes.count)
    if received > request.bodyLimit {
      fail(.bodyTooLong)
      return true
    }
    if isPaused || !held.isEmpty {
      held.append(bytes)
      return false
    }
    moveStage()
    receiver?.bodyReceived(bytes, of: self)
    return true
  }

  /// The connection is done with it.
  func endReceived() {
    carrier = nil
    stream = nil
    if isPaused || !held.isEmpty {
      heldEnd = true
    } else {
      complete()
    }
  }

  func drained() { if phase != .over { receiver?.drained(self) } }

  /// Takes no body at the moment.
  var isFull: Bool { isPaused && phase == .body || !held.isEmpty }

  /// The connection, or the place on it, is gone.
  /// - Parameters:
  ///   - isUnprocessed: the server has surely not acted upon the request.
  ///   - wasUsed: the connection had served others before, so that it may have grown stale.
  func lost(_ failure: ClientFailure, isUnprocessed: Bool, wasUsed: Bool) {
    guard phase != .over else { return }
    carrier = nil
    stream = nil
    let mayRepeat = isUnprocessed || wasUsed && request.method.isIdempotent
    guard phase == .sent, attempts == 1, mayRepeat, !hasSentOpenBody else { return fail(failure) }
    attempts += 1
    leastBirth = client.births
    phase = .waiting
    setStage(.zero)
    client.place(self)
  }

  func fail(_ failure: ClientFailure) {
    guard phase != .over else { return }
    let (carrier, receiver) = (self.carrier, self.receiver)
    leave()
    if case .timedOut = failure { carrier?.suspect() }
    carrier?.abandon(self)
    self.receiver = nil
    receiver?.failed(self, failure)
  }

  func complete() {
    let receiver = self.receiver
    leave()
    self.receiver = nil
    receiver?.ended(self)
  }

  private func leave() {
    phase = .over
    carrier = nil
    client.loop.cancel(timer)
    client.forget(self)
    held.release()
    outgoing.release()
  }
}
