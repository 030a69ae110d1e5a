internal import HTTP
internal import Policy
internal import Primitives
internal import Reactor

/// An HTTP/2 connection to an origin, shared by its calls.
final class HTTP2Connection {
  let client: HTTPClient
  let origin: ClientOrigin
  let birth: UInt64
  let session: HTTP2Session
  var transport: Transport
  private let context: TLSClientContext?
  private(set) var token = Token.none
  private(set) var isClosed = false
  /// The server takes nothing new.
  var isRetiring = false

  /// By the tags of their streams.
  private var calls: [ClientCall?] = []
  private var freeTags: [Int] = []
  private(set) var active = 0
  private(set) var served = 0
  private var isScheduled = false
  private var timer = TimerWheel.ID.none
  private var idleEnd = MonotonicTime.distantFuture
  private var health = PingWatch()

  private static let pieceSize = 64 << 10

  init(
    _ client: HTTPClient, _ origin: ClientOrigin, _ transport: consuming Transport,
    _ context: TLSClientContext?
  ) {
    self.client = client
    self.origin = origin
    self.transport = transport
    self.context = context
    birth = client.born()
    session = HTTP2Session(
      role: .client, settings: client.limits.http2, limits: client.limits.http, pool: client.streams)
    session.isSecure = context != nil
  }

  func register() throws(SystemError) {
    token = try client.http2.insert(self) { token throws(SystemError) in
      try client.loop.rename(transport.descriptor, token: token)
    }
    origin.shared.append(self)
    becomeIdle()
    schedule()
  }

  var isIdle: Bool { active == 0 && !isClosed }

  /// Whether a further call can have a stream here.
  func isUsable(for call: ClientCall) -> Bool {
    !isClosed && !isRetiring && birth > call.leastBirth && session.canStartRequest
      && !transport.hasPeerFinished
      && transport.writeError == 0 && origin.isCurrent(context)
  }

  // MARK: Calls

  func begin(_ call: ClientCall) {
    call.request.write(to: &client.head, authority: origin.authority)
    let isWhole =
      switch call.request.body {
      case .none, .whole([]): true
      case .whole, .open: false
      }
    let wasUsed = served > 0
    served += 1
    guard let stream = session.startRequest(client.head, ends: isWhole).wrappedValue else {
      return call.lost(.closed, isUnprocessed: true, wasUsed: wasUsed)
    }
    stream.tag = place(call)
    call.stream = stream
    active += 1
    if active == 1 {
      idleEnd = .distantFuture
      health.heard(client.loop.now)
      setTimer()
    }
    if case .whole(let bytes) = call.request.body, !isWhole {
      session.send(bytes.span, on: stream)
      session.sendEnd(on: stream)
    }
    call.attach(self)
    schedule()
  }

  private func place(_ call: ClientCall) -> Int {
    if let tag = freeTags.popLast() {
      calls[tag] = call
      return tag
    }
    calls.append(call)
    return calls.count - 1
  }

  /// The call on a stream, while it has one.
  func call(on stream: HTTP2Stream) -> ClientCall? {
    stream.tag >= 0 && stream.tag < calls.count ? calls[stream.tag] : nil
  }

  /// The call is over here. What the stream still has to say is nobody's.
  func leave(_ call: ClientCall) {
    guard let stream = call.stream, self.call(on: stream) === call else { return }
    calls[stream.tag] = nil
    freeTags.append(stream.tag)
    stream.tag = -1
    call.stream = nil
    active -= 1
    if !stream.isClosed, !(stream.sentEnd && stream.receivedEnd) { session.reset(stream, .cancel) }
    schedule()
    if active == 0 { becomeIdle() }
  }

  private func becomeIdle() {
    if isRetiring { session.shutDown() }
    idleEnd = client.loop.now + client.limits.idleTime
    setTimer()
  }

  private func setTimer() {
    client.loop.cancel(timer)
    let next = active == 0 ? idleEnd : health.next(origin.pingInterval, origin.pingTimeout)
    if next != .distantFuture { timer = client.loop.schedule(at: next, token.raw) }
  }

  /// Bytes have come. The timer notices when it fires.
  func heard() { health.heard(client.loop.now) }

  /// Nothing new begins here.
  func retire() {
    isRetiring = true
    if active == 0 { session.shutDown() }
    schedule()
  }

  /// Every answer that was still to come is lost.
  func lost(_ failure: ClientFailure) {
    guard !isClosed else { return }
    let all = calls.compactMap { $0 }
    let wasUsed = served > all.count
    close()
    for call in all {
      let hasHead = call.phase == .body
      call.lost(hasHead && failure == .closed ? .truncated : failure, isUnprocessed: false, wasUsed: wasUsed)
    }
  }

  func close() {
    guard !isClosed else { return }
    isClosed = true
    for call in calls { call?.stream = nil }
    calls = []
    active = 0
    client.loop.cancel(timer)
    transport.sayGoodbye()
    client.forget(self)
    // Closes the socket, though others may still look at this object in this turn.
    transport = Transport(Socket(owning: -1))
  }

  // MARK: Frames

  /// Frames are sent when the turn ends.
  func schedule() {
    if isScheduled || isClosed { return }
    isScheduled = true
    client.schedule(self)
  }

  func flushFrames() {
    isScheduled = false
    if isClosed { return }
    sendFrames()
    if let failure = session.failure { return lost(.protocolError(failure)) }
    if transport.writeError != 0, !transport.isReadable { return lost(.reset) }
    if isRetiring, active == 0, transport.queued == 0 { close() }
  }

  func sendFrames() {
    while transport.queued == 0, transport.writeError == 0, session.hasOutput {
      session.pull(into: &client.output, limit: Self.pieceSize)
      if client.output.isEmpty { break }
      client.output.withBytes { transport.send($0) }
      client.output.clear()
    }
    // The handshake's last messages, where nothing follows them.
    if transport.queued == 0 { transport.flush() }
    while session.deliver(to: self, Span()) {}
  }

  // MARK: Events of the loop

  func ready(_ readiness: Readiness) {
    guard !isClosed else { return }
    transport.note(readiness)
    if readiness.contains(.writable), transport.queued > 0 {
      transport.flush()
      if transport.queued == 0 { schedule() }
    }
    read()
  }

  func timerFired() {
    if isClosed { return }
    if active == 0 { return idleEnd <= client.loop.now ? retire() : setTimer() }
    switch health.check(client.loop.now, every: origin.pingInterval, within: origin.pingTimeout) {
    case .nothing: break
    case .ping:
      session.ping()
      schedule()
    case .dead: return lost(.silent)
    }
    setTimer()
  }
}

extension HTTP2Connection: CallCarrier {
  func send(_ bytes: Span<UInt8>, of call: ClientCall) {
    guard let stream = call.stream else { return }
    session.send(bytes, on: stream)
    schedule()
  }

  func finish(_ call: ClientCall) {
    guard let stream = call.stream else { return }
    session.sendEnd(on: stream)
    schedule()
  }

  func queued(_ call: ClientCall) -> Int { call.stream?.queued ?? 0 }

  func proceed(_ call: ClientCall, delivered: Int) {
    guard let stream = call.stream, delivered > 0 else { return }
    session.consume(delivered, on: stream)
    schedule()
  }

  func suspect() { retire() }

  func abandon(_ call: ClientCall) {
    leave(call)
    client.serve(origin)
  }
}
