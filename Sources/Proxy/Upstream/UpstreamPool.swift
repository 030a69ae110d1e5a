internal import HTTP
internal import Mesh
internal import Policy
internal import Primitives
internal import Reactor
internal import Telemetry

/// One worker's connections to one endpoint, and the exchanges that wait for one.
///
/// The connection used last is used next, so that the others can grow old and go. Limits are the service's,
/// exact over all workers.
final class UpstreamPool {
  let worker: Worker
  let service: Service
  let endpoint: Endpoint
  /// The endpoint's, now: that may change while its connections stay.
  var weight: Int
  /// The endpoint has left, or the service has changed: what is under way is finished, and nothing kept for others.
  private(set) var isRetired = false
  // What it uses of them; held here, it is used without being counted.
  let state: EndpointState
  private let serviceState: ServiceState
  private let metrics: WorkerMetrics
  private let serviceIndex: Int
  private var idle: [Lent<HTTP1Upstream>] = []
  /// Open or opening HTTP/2 connections that take further exchanges.
  var shared: [Lent<HTTP2Upstream>] = []
  /// Streams that an endpoint is taken to grant until it has told: the least that RFC 9113, section 6.5.2, recommends.
  static let usualStreams = 100
  /// Streams that the endpoint takes on one connection, as far as it has told.
  var grantedStreams = UpstreamPool.usualStreams
  private let waiting: ServiceQueue
  /// Nil where the service is not one of TLS.
  let sessions: TLSSessionStore?
  /// What the endpoint speaks; nil while that has to be found out.
  private var spoken: ApplicationProtocol?

  init(worker: Worker, service: Service, endpoint: Endpoint, waiting: ServiceQueue) {
    self.worker = worker
    self.service = service
    self.endpoint = endpoint
    weight = endpoint.weight
    state = endpoint.state
    serviceState = service.state
    metrics = worker.metrics
    serviceIndex = service.index
    self.waiting = waiting
    spoken = service.asksForProtocol ? nil : service.protocol == .h2 ? .h2 : .http11
    sessions = service.tls == nil ? nil : TLSSessionStore()
  }

  var idleCount: Int { idle.count }

  /// What `acquire` could do.
  enum Acquired {
    /// A kept-alive connection, ready to be written to.
    case reused(LentUpstream)
    /// A connect is under way; it tells the exchange how it ends.
    case connecting(LentUpstream)
    /// The connection limit is reached; the exchange is in the queue.
    case queued
    /// The queue is full as well.
    case overflow
    /// The connect failed at once.
    case failed(SystemError)
  }

  /// - Parameter fresh: a kept-alive connection will not do; where there is no room for another, one makes it.
  func acquire(for exchange: Exchange, fresh: Bool = false) -> Acquired {
    if usesHTTP2 { return acquireStream(for: exchange) }
    if fresh && serviceState.connections.isReached { _ = shedIdle() }
    while !fresh, let connection = idle.popLast() {
      metrics.subtract(.connectionsIdle, service: serviceIndex)
      let usable = connection { $0.isUsable ? LentUpstream($0) : nil }
      if let usable = usable ?? nil { return .reused(usable) }
      connection { $0.close() }
    }
    // Where somebody waits already, on whichever worker, a free place is theirs.
    if serviceState.pending.current == 0, serviceState.connections.tryAcquire() { return connect() }
    return enqueue(exchange)
  }

  /// Exchanges share connections.
  var usesHTTP2: Bool { spoken == .h2 }

  /// The endpoint speaks something else than it did.
  func learn(_ found: ApplicationProtocol?) { spoken = found }

  /// A connection to the endpoint is secured.
  func noteHandshake(_ details: TLSDetails?) {
    worker.metrics.add(details?.isResumed == true ? .upstreamHandshakesResumed : .upstreamHandshakesFull)
    endpoint.state.tlsSucceeded()
  }

  /// Waits for a connection, within the service's limit.
  func enqueue(_ exchange: Exchange) -> Acquired {
    guard service.state.pending.tryAcquire() else { return .overflow }
    waiting.append(exchange)
    worker.metrics.add(.pending, service: service.index)
    worker.askForConnection(of: service)
    return .queued
  }

  /// A connection slot was taken from the limit: opens the connection, or gives the slot back.
  func connect() -> Acquired {
    do throws(SystemError) {
      if usesHTTP2 { return .connecting(try connectShared()) }
      let socket = try Socket.connect(to: endpoint.address)
      let connection = HTTP1Upstream(pool: self, socket: socket)
      try connection.register()
      return .connecting(LentUpstream(connection))
    } catch {
      service.state.connections.release()
      worker.connectionSlotFreed(of: service)
      return .failed(error)
    }
  }

  /// A connection has served its exchange and can serve another.
  func release(_ connection: HTTP1Upstream) {
    if isRetired { return connection.close() }
    let waitingAnywhere = serviceState.pending.current
    if waitingAnywhere > 0 {
      // Every worker gets its share of the places that become free, in proportion to who waits there.
      if worker.random.next(below: waitingAnywhere) >= waiting.count {
        return connection.end(offeringSlot: true)
      }
      if let next = popWaiting() {
        next.move(to: self)
        return next.connectionReady(connection, reused: true)
      }
      // Whom this connection cannot serve needs its slot more than anybody a warm connection.
      return connection.close()
    }
    if worker.ending.isOver { return connection.close() }
    idle.append(Lent(connection))
    metrics.add(.connectionsIdle, service: serviceIndex)
    connection.becameIdle()
  }

  /// An idle connection ended or grew old.
  func forget(_ connection: HTTP1Upstream) {
    // Old ones are near the front, and few are idle for long.
    guard let index = idle.firstIndex(where: { $0.isSame(as: connection) }) else { return }
    idle.remove(at: index)
    worker.metrics.subtract(.connectionsIdle, service: service.index)
  }

  /// An exchange gave up before it got a connection.
  func cancelWait(_ exchange: Exchange) {
    if waiting.remove(exchange) { leftQueue() }
  }

  /// Closes one idle connection, so that its slot can go elsewhere. Returns false if there is none.
  func shedIdle() -> Bool {
    if shedIdleShared() { return true }
    guard !idle.isEmpty else { return false }
    let connection = idle.removeFirst()
    worker.metrics.subtract(.connectionsIdle, service: service.index)
    connection { $0.close() }
    return true
  }

  /// Nothing new begins here; connections end when what they carry has.
  func retire() {
    isRetired = true
    for connection in shared { connection { $0.retire() } }
    while shedIdle() {}
  }

  /// The first exchange that waits and may use this endpoint.
  func popWaiting() -> Exchange? {
    guard !isRetired, let next = waiting.popFirst(for: endpoint.index) else { return nil }
    leftQueue()
    return next
  }

  /// Somebody waits for a connection of the service, on whichever worker.
  var isWantedElsewhere: Bool { serviceState.pending.current > 0 }

  /// An exchange was taken from the queue.
  func leftQueue() {
    service.state.pending.release()
    worker.metrics.subtract(.pending, service: service.index)
  }
}
