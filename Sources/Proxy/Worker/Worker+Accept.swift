internal import HTTP
internal import Identity
internal import Mesh
internal import Policy
internal import Primitives
internal import Reactor
internal import Telemetry

/// A listener as one worker has it.
final class Door {
  /// Nil once it has closed; connections that came through it may live on.
  private var listener: Listener?
  let name: String
  /// Nil: plain HTTP.
  let tls: ListenerTLS?
  let isShared: Bool
  let routes: RouteTable
  let trustedHops: Int
  let http2: HTTP2Settings
  let narrowStreams: Int
  let pingInterval: Interval
  let pingTimeout: Interval
  let lifetime: ConnectionLifetime
  let authorization: AuthorizationPolicy?
  let tokens: TokenPolicy?
  let clientCertificate: ClientCertificateForwarding

  init(definition: ListenerDefinition, listener: consuming Listener) {
    isShared = listener.isShared
    self.listener = consume listener
    name = definition.name
    tls = definition.tls
    routes = definition.routes
    trustedHops = definition.trustedHops
    http2 = HTTP2Settings(definition.http2)
    narrowStreams = definition.http2.narrowStreams
    pingInterval = definition.http2.pingInterval
    pingTimeout = definition.http2.pingTimeout
    lifetime = definition.lifetime
    authorization = definition.authorization
    tokens = definition.tokens
    clientCertificate = definition.clientCertificate
  }

  /// Descriptors or memory have run out: nothing is accepted until the timer says so.
  fileprivate(set) var isExhausted = false

  var descriptor: Int32 { listener?.descriptor ?? -1 }
  func accept() -> Listener.Accepted { listener?.accept() ?? .none }
  func refuseNewConnections() { listener?.refuseNewConnections() }
  func close() { listener = nil }
}

extension Worker {
  /// Connections taken a turn and listener: more wait until those that are here were served.
  private static let acceptsPerTurn = 64

  /// Serves `listener` for `definition`, from the next turn on.
  func open(_ listener: consuming Listener, for definition: ListenerDefinition) throws(SystemError) {
    let door = Door(definition: definition, listener: listener)
    try listen(at: door, doors.count)
    doors.append(door)
  }

  private func listen(at door: Door, _ index: Int) throws(SystemError) {
    let token = Token(kind: TokenKind.listener, slot: index, generation: 1)
    if door.isShared {
      try loop.registerShared(door.descriptor, token: token)
    } else {
      try loop.register(door.descriptor, token: token)
    }
  }

  func acceptSome(_ index: Int) {
    guard index < doors.count, !doors[index].isExhausted else { return }
    for _ in 0..<Self.acceptsPerTurn {
      guard accept(index) else { return }
    }
    loop.continueLater(Token(kind: TokenKind.listener, slot: index, generation: 1))
  }

  /// Descriptors may be there again.
  func acceptAgain(_ index: Int) {
    guard index < doors.count else { return }
    let door = doors[index]
    if door.isExhausted {
      door.isExhausted = false
      // One that several workers share is reported as long as anybody waits: it was taken out of the loop.
      if door.isShared { try? listen(at: door, index) }
    }
    if isDraining { acceptAll(index) } else { acceptSome(index) }
  }

  /// Before a listener closes: whoever stands in its queue is still let in, not reset.
  func acceptAll(_ index: Int) {
    while accept(index) {}
  }

  /// Takes one connection; false when there is none.
  private func accept(_ index: Int) -> Bool {
    let door = doors[index]
    switch door.accept() {
    case .none: return false
    case .exhausted(let code):
      // No spinning: what waits in the queue is looked at again soon.
      if !door.isExhausted {
        door.isExhausted = true
        if door.isShared { loop.unregister(door.descriptor) }
        _ = loop.schedule(
          at: loop.now + .milliseconds(50), Token(kind: TokenKind.listener, slot: index, generation: 1).raw)
        noteExhausted(code, at: door)
      }
      return false
    case .connection(let socket, let peer):
      metrics.add(.accepted)
      if let tls = door.tls {
        secure(socket, peer, door, tls)
        return true
      }
      let connection = HTTP1Downstream(worker: self, door: door, transport: Transport(socket), peer: peer)
      do throws(SystemError) {
        try connection.register()
        // A request often comes with the handshake's last segment.
        connection.ready(.readable)
      } catch {
        metrics.add(.refusedConnections)
      }
      return true
    }
  }

  private func secure(
    _ socket: consuming Socket, _ peer: SocketAddress, _ door: Door, _ tls: ListenerTLS
  ) {
    admitHandshake()
    let handshake = DownstreamHandshake(worker: self, door: door, tls: tls, socket: socket, peer: peer)
    do throws(SystemError) {
      try handshake.register()
      // The client's first bytes follow the connect by a little: the loop tells.
      handshakeOrder.append(handshake.token)
    } catch {
      metrics.add(.refusedConnections)
    }
  }
}
