internal import HTTP
internal import Primitives
internal import Reactor

/// An HTTP/1.1 connection to an origin: with one call on it, or idle.
final class HTTP1Connection {
  let client: HTTPClient
  let origin: ClientOrigin
  let birth: UInt64
  private let context: TLSClientContext?
  private(set) var token = Token.none
  var transport: Transport
  var decoder: HTTP1Decoder
  /// An incomplete head or chunk line that the next read continues.
  var rest = ByteBuffer()
  var call: ClientCall?
  private(set) var isClosed = false

  private var served = 0
  /// Bytes that it had carried before the present call.
  private var sentBefore: UInt64 = 0
  private(set) var idleSince = MonotonicTime(nanoseconds: 0)
  private var timer = TimerWheel.ID.none

  init(
    _ client: HTTPClient, _ origin: ClientOrigin, _ transport: consuming Transport,
    _ context: TLSClientContext?
  ) {
    self.client = client
    self.origin = origin
    self.transport = transport
    self.context = context
    birth = client.born()
    decoder = HTTP1Decoder(role: .client, limits: client.limits.http)
  }

  func register() throws(SystemError) {
    token = try client.http1.insert(self) { token throws(SystemError) in
      try client.loop.rename(transport.descriptor, token: token)
    }
    // The handshake's last messages leave with the request.
    becomeIdle()
    origin.idle.append(self)
  }

  var isIdle: Bool { call == nil && !isClosed }

  func isUsable(for call: ClientCall) -> Bool {
    isIdle && birth > call.leastBirth && !transport.hasPeerFinished && transport.writeError == 0
      && origin.isCurrent(context) && !transport.hasUnread()
  }

  // MARK: A call

  func begin(_ call: ClientCall) {
    client.loop.cancel(timer)
    self.call = call
    sentBefore = transport.totalSent
    call.request.write(to: &client.head, authority: origin.authority)
    decoder.expect(responseTo: call.request.method)
    HTTP1Encoder.appendRequest(client.head, to: &client.output)
    if case .whole(let body) = call.request.body {
      client.output.withBytes { transport.send($0, body.span) }
    } else {
      client.output.withBytes { transport.send($0) }
    }
    client.output.clear()
    call.attach(self)
    // A write that failed is told by the reading side, too, where an early answer may stand before the end.
    client.loop.continueLater(token)
  }

  /// The response is whole.
  /// - Parameter isClean: nothing stands behind it.
  func completed(isClean: Bool) {
    guard let call else { return }
    let isReusable = isClean && call.isSent
    detach()
    if isReusable, decoder.isIdle, rest.isEmpty, transport.queued == 0, !transport.hasPeerFinished,
      transport.writeError == 0
    {
      becomeIdle()
      client.release(self)
    } else {
      close()
    }
    call.endReceived()
  }

  /// - Parameter hasBegun: something of the response was there: the connection was not stale.
  func lost(_ failure: ClientFailure, hasBegun: Bool) {
    let (call, wasUsed) = (call, served > 0 && !hasBegun)
    let isUnprocessed = !hasBegun && transport.acknowledged() <= sentBefore
    if call != nil { detach() }
    close()
    call?.lost(failure, isUnprocessed: isUnprocessed, wasUsed: wasUsed)
  }

  /// The response cannot be used.
  func refuse(_ failure: ClientFailure) {
    let call = self.call
    detach()
    close()
    call?.fail(failure)
  }

  private func detach() {
    call = nil
    served += 1
  }

  private func becomeIdle() {
    idleSince = client.loop.now
    timer = client.loop.schedule(at: idleSince + client.limits.idleTime, token.raw)
  }

  func close() {
    guard !isClosed else { return }
    isClosed = true
    client.loop.cancel(timer)
    transport.sayGoodbye()
    client.forget(self)
    // Closes the socket, though others may still look at this object in this turn.
    transport = Transport(Socket(owning: -1))
  }

  // MARK: Events of the loop

  func ready(_ readiness: Readiness) {
    guard !isClosed else { return }
    transport.note(readiness)
    if readiness.contains(.writable), transport.queued > 0 {
      transport.flush()
      if transport.queued == 0 { call?.drained() }
    }
    if isClosed { return }
    if call != nil { read() } else if transport.hasUnread() { close() }
  }

  func timerFired() { if isIdle { close() } }
}

extension HTTP1Connection: CallCarrier {
  func send(_ bytes: Span<UInt8>, of call: ClientCall) {
    HTTP1Encoder.appendChunkHeader(bytes.count, to: &client.output)
    client.output.withBytes { transport.send($0, bytes) }
    client.output.clear()
    HTTP1Encoder.appendChunkEnd(to: &client.output)
    client.output.withBytes { transport.send($0) }
    client.output.clear()
  }

  func finish(_ call: ClientCall) {
    HTTP1Encoder.appendLastChunk(to: &client.output)
    client.output.withBytes { transport.send($0) }
    client.output.clear()
  }

  func queued(_ call: ClientCall) -> Int { transport.queued }

  func proceed(_ call: ClientCall, delivered: Int) { if self.call === call { read() } }

  func abandon(_ call: ClientCall) {
    guard self.call === call else { return }
    detach()
    close()
  }
}
