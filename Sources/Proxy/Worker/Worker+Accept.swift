internal import HTTP
internal import Identity
internal import Mesh
internal import Policy
internal import Primitives
internal import Reactor
internal import Telemetry

extension Worker {
  /// Connections taken a turn and listener: more wait until those that are here were served.
  private static let acceptsPerTurn = 64

  /// Serves `listener` for `definition`, from the next turn on.
  /// - Parameter place: among the doors; the next one, or one whose listener has closed.
  func open(
    _ listener: consuming Listener, for definition: ListenerDefinition, at place: Int
  ) throws(SystemError) {
    let door = Door(definition: definition, listener: listener)
    try listen(at: door, place)
    // Places are the same on every worker, also where one could not open a listener before this one.
    while doors.count <= place { doors.append(nil) }
    doors[place] = door
  }

  private func listen(at door: Door, _ index: Int) throws(SystemError) {
    let token = Token(kind: TokenKind.listener, slot: index, generation: 1)
    if door.isShared {
      try loop.registerShared(door.descriptor, token: token)
    } else {
      try loop.register(door.descriptor, token: token)
    }
  }

  /// Sockets that were bound and no more listen from now on, and files of Unix sockets are this process's.
  func beginToListen() throws(SystemError) { for door in doors { try door?.beginToListen() } }

  func acceptSome(_ index: Int) {
    guard index < doors.count, doors[index]?.isExhausted == false else { return }
    for _ in 0..<Self.acceptsPerTurn {
      guard accept(index) else { return }
    }
    loop.continueLater(Token(kind: TokenKind.listener, slot: index, generation: 1))
  }

  /// Descriptors may be there again.
  func acceptAgain(_ index: Int) {
    guard index < doors.count, let door = doors[index] else { return }
    if door.isExhausted {
      door.isExhausted = false
      // One that several workers share is reported as long as anybody waits: it was taken out of the loop.
      if door.isShared { try? listen(at: door, index) }
    }
    if door.isDraining { acceptAll(index) } else { acceptSome(index) }
  }

  /// Before a listener closes: whoever stands in its queue is still let in, not reset.
  func acceptAll(_ index: Int) {
    while accept(index) {}
  }

  /// Takes one connection; false when there is none.
  private func accept(_ index: Int) -> Bool {
    guard let door = doors[index] else { return false }
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
        if door.isDraining || door.isClosing { connection.startDraining() }
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
