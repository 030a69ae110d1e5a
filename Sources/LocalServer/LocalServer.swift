internal import HTTP
public import Primitives
public import Reactor

/// A small HTTP/1.1 server on somebody's event loop: for the admin server and the demo's services, where ease
/// counts and speed does not. Whole requests in, whole responses out, in order.
///
/// Its events must reach it through an `EventDispatcher` under `kind` and `kind + 1`. The loop's thread only.
public final class LocalServer {
  /// Where it listens; port 0 was replaced by the kernel's choice.
  public let address: SocketAddress
  let loop: EventLoop
  let service: any LocalService
  let limits: LocalServerLimits

  private let listenerToken: Token
  private var listener: Listener?
  private var connections: Slab<LocalConnection>
  /// Closed this turn; freed at its end, when nothing on the stack can mean them any more.
  private var retired: [LocalConnection] = []
  /// No descriptor was left; a timer looks again.
  private var isExhausted = false
  /// Carries one connection at a time where the process has no descriptor left. Another thread may be quicker to take it:
  /// then that one waits.
  private var spare = SpareDescriptor()

  private var isLeaving = false

  private static let acceptsPerTurn = 16
  private static let backlog: Int32 = 128

  /// - Throws: `SystemError` where the address cannot be bound.
  public convenience init(
    at address: SocketAddress, on loop: EventLoop, kind: UInt8, service: any LocalService,
    limits: LocalServerLimits = LocalServerLimits()
  ) throws(SystemError) {
    let listener = try Listener.open(address, backlog: Self.backlog)
    self.init(taking: listener, on: loop, kind: kind, service: service, limits: limits)
    try begin()
  }

  /// Goes on with the socket of another process. Nobody is served before `begin`.
  public init(
    taking listener: consuming Listener, on loop: EventLoop, kind: UInt8, service: any LocalService,
    limits: LocalServerLimits = LocalServerLimits()
  ) {
    self.loop = loop
    self.service = service
    self.limits = limits
    connections = Slab(kind: kind + 1)
    listenerToken = Token(kind: kind, slot: 0, generation: 1)
    address = listener.address
    self.listener = consume listener
  }

  /// Serves from now on.
  public func begin() throws(SystemError) {
    try listener?.begin(backlog: Self.backlog)
    if let descriptor = listener?.descriptor { try loop.register(descriptor, token: listenerToken) }
  }

  /// Where others can be given the socket, to go on with it; -1 where nobody listens any more.
  public var descriptor: Int32 { listener?.descriptor ?? -1 }

  /// Another process goes on with the socket. Who is connected has one more request answered.
  public func leave() {
    isLeaving = true
    if descriptor >= 0 { loop.unregister(descriptor) }
    listener?.leave()
    listener = nil
  }

  /// Connections open now.
  public var connectionCount: Int { connections.count }

  /// Stops listening and cuts every connection.
  public func close() {
    listener = nil
    for connection in connections.all { connection.close() }
  }

  func retire(_ connection: LocalConnection) {
    connections.remove(connection.token)
    retired.append(connection)
  }

  private func acceptSome() {
    for _ in 0..<Self.acceptsPerTurn {
      guard acceptOne() else { return }
    }
    loop.continueLater(listenerToken)
  }

  /// Takes one connection; false where none waits.
  private func acceptOne() -> Bool {
    switch listener?.accept() ?? .none {
    case .none: return false
    case .exhausted:
      if spare.spend() { return acceptOne() }
      // No spinning: the queue is looked at again soon.
      if !isExhausted {
        isExhausted = true
        _ = loop.schedule(at: loop.now + .milliseconds(100), listenerToken.raw)
      }
      return false
    case .connection(let socket, _):
      if connections.count >= limits.connections { makeRoom() }
      // Where all are busy with answers, the newcomer is turned away.
      guard connections.count < limits.connections else { return true }
      spare.refill()
      let connection = LocalConnection(server: self, socket: socket)
      connection.token = connections.insert(connection)
      do throws(SystemError) {
        try loop.register(connection.descriptor, token: connection.token)
        connection.begin()
      } catch {
        connection.close()
      }
      return true
    }
  }

  /// Whether a connection may wait for a further request: not where others wait for its descriptor, or another process
  /// should be asked.
  var keepsConnections: Bool { !spare.isSpent && !isLeaving }

  private func makeRoom() {
    let all = connections.all
    if let idlest = all.filter(\.isWaiting).min(by: { $0.deadline < $1.deadline }) { return idlest.close() }
    // Clients that ask and do not read must not keep everybody else out.
    all.filter(\.isUnread).min { $0.deadline < $1.deadline }?.cut()
  }
}

extension LocalServer: EventHandler {
  public func ready(_ token: Token, _ readiness: Readiness) {
    if token == listenerToken {
      acceptSome()
    } else {
      connections[token]?.ready(readiness)
    }
  }

  public func timerFired(_ payload: UInt64) {
    let token = Token(raw: payload)
    if token == listenerToken {
      isExhausted = false
      acceptSome()
    } else {
      connections[token]?.timerFired()
    }
  }

  public func woken() {}

  public func turnEnded() {
    if !retired.isEmpty {
      retired.removeAll(keepingCapacity: true)
      spare.refill()
    }
  }
}
