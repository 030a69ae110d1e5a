internal import HTTP
internal import Mesh
internal import Policy
internal import Primitives
internal import Reactor
internal import Synchronization
internal import Telemetry

/// One thread with its own event loop, listeners, connections and pools. It shares nothing with other workers but
/// the snapshot and the counters in its services' state.
final class Worker {
  /// Bodies up to this size are copied behind their head, so that both leave in one plain write.
  static let copyLimit = 16 * 1024
  /// How long a drain waits for the handshakes that had begun before it.
  private static let lastHandshakes = Interval.milliseconds(50)

  /// The largest read. Memory that no body needed is never touched.
  static let readSize = 256 * 1024

  let index: Int
  let loop: EventLoop
  let snapshot: MeshSnapshot
  let metrics: WorkerMetrics
  let timeouts: Timeouts
  let bodyRate: MinimumRate
  let loopGuard: LoopGuard
  /// Bytes held for each direction of an exchange.
  let bufferSize: Int
  let replayBound: Int
  let mailbox: Mailbox<WorkerMessage>
  let accessLog: AccessLogSink?
  let sampler: Sampler
  let traceFormats: TraceFormats
  let group: WorkerGroup

  var downstreams = Slab<HTTP1Downstream>(kind: TokenKind.downstream)
  var upstreams = Slab<HTTP1Upstream>(kind: TokenKind.upstream)
  var random: Random
  var matchScratch = MatchScratch()
  /// What is being put together for one endpoint or one client; empty between two events.
  var toUpstream = ByteBuffer()
  var toDownstream = ByteBuffer()
  /// An answer of our own.
  var text = ByteBuffer()
  var spans = SpanBuffer()
  var doors: [Door] = []
  private(set) var isDraining = false

  private var exchanges = Slab<Exchange>(kind: TokenKind.exchange)
  private var spare: [Exchange] = []
  private var pools: [UpstreamPool] = []
  private var queues: [ServiceQueue] = []
  private var balancers: [Balancer] = []
  /// Closed this turn: their memory goes at its end, when nobody on the stack can mean them any more.
  private var retiredDownstreams: [HTTP1Downstream] = []
  private var retiredUpstreams: [HTTP1Upstream] = []
  private var accessLogTimer = LazyTimer()
  private var dateText = HTTPDate()
  private var lastBodyNote = MonotonicTime(nanoseconds: .min / 2)

  init(
    index: Int, group: WorkerGroup, snapshot: MeshSnapshot, metrics: WorkerMetrics, accessLog: AccessLogSink?
  )
    throws(SystemError)
  {
    self.index = index
    self.group = group
    self.snapshot = snapshot
    self.metrics = metrics
    self.accessLog = accessLog
    loop = try EventLoop(readSize: Self.readSize)
    mailbox = Mailbox(for: loop)
    timeouts = snapshot.settings.timeouts
    bodyRate = MinimumRate(bytesPerSecond: snapshot.settings.bodyRate, grace: timeouts.body)
    loopGuard = LoopGuard(limit: snapshot.settings.loops, instance: group.instance)
    sampler = Sampler(rate: snapshot.settings.tracing.sampling)
    traceFormats = TraceFormats(rawValue: snapshot.settings.tracing.propagation.rawValue)
    bufferSize = Self.data(within: snapshot.settings.bufferSize)
    replayBound = snapshot.settings.replayBound
    random = Random(
      seed: UInt64(bitPattern: Int64(Clock.wall())) ^ UInt64(index) << 56 ^ UInt64.random(in: .min ... .max))
    for service in snapshot.services {
      let queue = ServiceQueue()
      queues.append(queue)
      balancers.append(Balancer(service.balancing, over: service))
      for endpoint in service.endpoints {
        pools.append(UpstreamPool(worker: self, service: service, endpoint: endpoint, waiting: queue))
      }
    }
  }

  // MARK: Exchanges

  func beginExchange(on stream: any DownstreamStream) -> Exchange {
    let exchange: Exchange
    if let used = spare.popLast() {
      exchange = used
    } else {
      exchange = Exchange(worker: self)
      exchange.token = exchanges.insert(exchange)
    }
    exchange.begin(on: stream, now: loop.now)
    metrics.add(.exchanges)
    return exchange
  }

  func endExchange(_ exchange: Exchange) {
    metrics.subtract(.exchanges)
    exchange.reset(keepsBody: spare.count < Self.warmBodies)
    spare.append(exchange)
  }

  var activeExchanges: Int { exchanges.count - spare.count }

  /// Chooses an endpoint: its pool, or nil where the service has none to use.
  func balance(_ service: Service, excluding failed: EndpointMask) -> UpstreamPool? {
    guard let place = balancers[service.index].pick(service, excluding: failed, random: &random) else {
      return nil
    }
    return pools[service.endpoints[place].index]
  }

  // MARK: The end of connections

  func retire(_ connection: HTTP1Downstream) {
    downstreams.remove(connection.token)
    retiredDownstreams.append(connection)
  }

  func retire(_ connection: HTTP1Upstream, offeringSlot: Bool = false) {
    upstreams.remove(connection.token)
    retiredUpstreams.append(connection)
    connectionSlotFreed(of: connection.pool.service, offered: offeringSlot)
  }

  private func freeRetired() {
    if !retiredDownstreams.isEmpty { retiredDownstreams.removeAll(keepingCapacity: true) }
    if !retiredUpstreams.isEmpty { retiredUpstreams.removeAll(keepingCapacity: true) }
  }

  // MARK: Connection limits over all workers

  private func pools(of service: Service) -> ArraySlice<UpstreamPool> {
    guard let first = service.endpoints.first else { return [] }
    return pools[first.index..<(first.index + service.endpoints.count)]
  }

  /// An exchange waits since the limit is reached: an idle connection elsewhere should make room.
  func askForConnection(of service: Service) {
    // A place may have become free just before the exchange was seen to wait. One of the two sides sees the other:
    // each has written before the fence and reads after it.
    atomicMemoryFence(ordering: .sequentiallyConsistent)
    mailbox.send(.slotFreed(service: service.index))
    for pool in pools(of: service) where pool.shedIdle() { return }
    group.send(.shedIdle(service: service.index), except: index)
  }

  /// A place under the limit is free. Whoever waits is told by mail, not from inside whatever closed the connection.
  ///
  /// - Parameter offered: others come first; what none of them takes comes back.
  func connectionSlotFreed(of service: Service, offered: Bool = false) {
    atomicMemoryFence(ordering: .sequentiallyConsistent)
    guard service.state.pending.current > 0 else { return }
    if offered {
      group.send(.slotOffered(service: service.index, by: index), except: index)
    } else {
      group.send(.slotFreed(service: service.index))
    }
  }

  /// Lets those who wait connect while there are places. Returns whether any could.
  @discardableResult
  private func serveWaiting(of service: Service) -> Bool {
    let queue = queues[service.index]
    var served = false
    while !queue.isEmpty, service.state.connections.tryAcquire() {
      guard let next = queue.popFirst(), let pool = next.pool else {
        service.state.connections.release()
        return served
      }
      served = true
      pool.leftQueue()
      switch pool.connect() {
      case .connecting(let connection): next.connectStarted(connection)
      case .failed(let error): next.connectFailed(error.code)
      default: break
      }
    }
    return served
  }

  // MARK: Mail

  private func handle(_ message: WorkerMessage) {
    switch message {
    case .drain: drain()
    case .shedIdle(let service):
      for pool in pools(of: snapshot.services[service]) where pool.shedIdle() { return }
    case .slotFreed(let service): serveWaiting(of: snapshot.services[service])
    case .slotOffered(let service, let giver):
      if !serveWaiting(of: snapshot.services[service]) { group.send(.slotFreed(service: service), to: giver) }
    }
  }

  /// Stops accepting; connections between two requests get a short while to say something, then they end too.
  private func drain() {
    guard !isDraining else { return }
    isDraining = true
    for (index, door) in doors.enumerated() {
      door.refuseNewConnections()
      acceptAll(index)
    }
    _ = loop.schedule(
      at: loop.now + Self.lastHandshakes, Token(kind: TokenKind.closing, slot: 0, generation: 1).raw)
    for connection in downstreams.all { connection.startDraining() }
    for pool in pools { while pool.shedIdle() {} }
  }

  /// Handshakes that were under way when the drain began have ended: nobody is in the queues any more.
  private func closeDoors() {
    for (index, door) in doors.enumerated() {
      acceptAll(index)
      door.close()
    }
    doors.removeAll()
  }

  /// At the worker's end: nothing is waited for any more.
  func closeAll() {
    closeDoors()
    for connection in downstreams.all { connection.abandon() }
    for connection in upstreams.all { connection.close() }
    freeRetired()
    accessLog?.finish()
    // They know their worker: it goes when they do.
    spare = []
    exchanges = Slab(kind: TokenKind.exchange)
    pools = []
    queues = []
  }

  /// A point on the loop's clock as nanoseconds since 1970.
  func wallTime(of time: MonotonicTime) -> Int64 { Clock.wall() - (Clock.now() - time).nanoseconds }

  /// Logged at most once in ten seconds a worker: the counter has the exact number.
  func noteBodyTooLargeForReplay(_ service: Service?) {
    guard loop.now - lastBodyNote > .seconds(10) else { return }
    lastBodyNote = loop.now
    Log.warning(
      "retry skipped: request body exceeds the replay bound",
      ["service": .string(service?.name ?? ""), "bound": LogValue(replayBound)])
  }

  /// `Date` for answers of our own.
  func httpDate() -> HTTPDate {
    dateText.refresh(Clock.wall())
    return dateText
  }
}

// MARK: - Events of the loop

extension Worker: EventHandler {
  func ready(_ token: Token, _ readiness: Readiness) {
    switch token.kind {
    case TokenKind.downstream: downstreams[token]?.ready(readiness)
    case TokenKind.upstream: upstreams[token]?.ready(readiness)
    case TokenKind.listener: acceptSome(token.slot)
    default: break
    }
  }

  func timerFired(_ payload: UInt64) {
    let token = Token(raw: payload)
    switch token.kind {
    case TokenKind.downstream: downstreams[token]?.timerFired()
    case TokenKind.upstream: upstreams[token]?.timerFired()
    case TokenKind.exchange: exchanges[token]?.timerFired()
    case TokenKind.listener: acceptAgain(token.slot)
    case TokenKind.closing: closeDoors()
    // The end of this turn hands the lines over.
    case TokenKind.accessLog: accessLogTimer.fired()
    default: break
    }
  }

  func woken() {
    for message in mailbox.take() { handle(message) }
  }

  func turnEnded() {
    metrics.add(.loopTurns)
    freeRetired()
    if let accessLog {
      if let due = accessLog.turnEnded(now: loop.now) {
        accessLogTimer.ensure(by: due, Token(kind: TokenKind.accessLog, slot: 0, generation: 1), on: loop)
      }
      let lost = accessLog.takeLost()
      if lost > 0 { metrics.add(.accessLogDropped, lost) }
    }
    if isDraining && doors.isEmpty && downstreams.count == 0 { group.workerDrained(self) }
  }
}
