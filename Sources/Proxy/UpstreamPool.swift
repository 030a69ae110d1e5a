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
  private var idle: [UpstreamConnection] = []
  private var waiting = Queue()

  init(worker: Worker, service: Service, endpoint: Endpoint) {
    self.worker = worker
    self.service = service
    self.endpoint = endpoint
  }

  var idleCount: Int { idle.count }
  var hasWaiting: Bool { !waiting.isEmpty }

  /// What `acquire` could do.
  enum Acquired {
    /// A kept-alive connection, ready to be written to.
    case reused(UpstreamConnection)
    /// A connect is under way; it tells the exchange how it ends.
    case connecting(UpstreamConnection)
    /// The connection limit is reached; the exchange is in the queue.
    case queued
    /// The queue is full as well.
    case overflow
    /// The connect failed at once.
    case failed(SystemError)
  }

  /// - Parameter fresh: a kept-alive connection will not do; where there is no room for another, one makes it.
  func acquire(for exchange: Exchange, fresh: Bool = false) -> Acquired {
    if fresh && service.state.connections.isReached { _ = shedIdle() }
    while !fresh, let connection = idle.popLast() {
      if connection.isUsable {
        worker.metrics.subtract(.connectionsIdle, service: service.index)
        return .reused(connection)
      }
      worker.metrics.subtract(.connectionsIdle, service: service.index)
      connection.close()
    }
    if service.state.connections.tryAcquire() { return connect() }
    guard service.state.pending.tryAcquire() else { return .overflow }
    waiting.append(exchange)
    worker.metrics.add(.pending, service: service.index)
    worker.askForConnection(of: service)
    return .queued
  }

  /// A connection slot was taken from the limit: opens the connection, or gives the slot back.
  private func connect() -> Acquired {
    do throws(SystemError) {
      let socket = try Socket.connect(to: endpoint.address)
      let connection = UpstreamConnection(pool: self, socket: socket)
      try connection.register()
      return .connecting(connection)
    } catch {
      service.state.connections.release()
      return .failed(error)
    }
  }

  /// A connection has served its exchange and can serve another.
  func release(_ connection: UpstreamConnection) {
    if let next = takeWaiting() {
      next.connectionReady(connection, reused: true)
      return
    }
    // Somebody waits whom this connection cannot serve: the slot is worth more than the warm connection.
    if service.state.pending.current > 0 || worker.isDraining {
      connection.close()
      return
    }
    idle.append(connection)
    worker.metrics.add(.connectionsIdle, service: service.index)
    connection.becameIdle()
  }

  /// An idle connection ended or grew old.
  func forget(_ connection: UpstreamConnection) {
    // Old ones are near the front, and few are idle for long.
    guard let index = idle.firstIndex(where: { $0 === connection }) else { return }
    idle.remove(at: index)
    worker.metrics.subtract(.connectionsIdle, service: service.index)
  }

  /// An exchange gave up before it got a connection.
  func cancelWait(_ exchange: Exchange) {
    if waiting.remove(exchange) { leftQueue() }
  }

  /// A slot of the connection limit may be free: lets the first waiting exchange try. Returns false if none waits.
  func serveWaiting() -> Bool {
    guard !waiting.isEmpty, service.state.connections.tryAcquire() else { return false }
    guard let next = takeWaiting() else {
      service.state.connections.release()
      return false
    }
    switch connect() {
    case .connecting(let connection): next.connectStarted(connection)
    case .failed(let error): next.connectFailed(error.code)
    default: break
    }
    return true
  }

  /// Closes one idle connection, so that its slot can go elsewhere. Returns false if there is none.
  func shedIdle() -> Bool {
    guard !idle.isEmpty else { return false }
    let connection = idle.removeFirst()
    worker.metrics.subtract(.connectionsIdle, service: service.index)
    connection.close()
    return true
  }

  private func takeWaiting() -> Exchange? {
    guard let next = waiting.popFirst() else { return nil }
    leftQueue()
    return next
  }

  private func leftQueue() {
    service.state.pending.release()
    worker.metrics.subtract(.pending, service: service.index)
  }
}

/// Exchanges in order of arrival. Few wait and only under overload, so leaving from the middle may scan.
private struct Queue {
  private var exchanges: [Exchange] = []
  private var head = 0

  var isEmpty: Bool { head == exchanges.count }

  mutating func append(_ exchange: Exchange) { exchanges.append(exchange) }

  mutating func popFirst() -> Exchange? {
    guard head < exchanges.count else { return nil }
    let first = exchanges[head]
    head += 1
    if head == exchanges.count || head > 64 && head * 2 > exchanges.count {
      exchanges.removeFirst(head)
      head = 0
    }
    return first
  }

  mutating func remove(_ exchange: Exchange) -> Bool {
    guard let index = exchanges[head...].firstIndex(where: { $0 === exchange }) else { return false }
    exchanges.remove(at: index)
    return true
  }
}
