internal import HTTP
internal import Mesh
internal import Policy
internal import Primitives
internal import Reactor
internal import Telemetry

/// A listener as one worker has it.
final class Door {
  let listener: Listener
  let routes: RouteTable
  let trustedHops: Int

  init(definition: ListenerDefinition, listener: consuming Listener) {
    self.listener = listener
    routes = definition.routes
    trustedHops = definition.trustedHops
  }
}

extension Worker {
  /// Connections taken a turn and listener: more wait until those that are here were served.
  private static let acceptsPerTurn = 64

  /// Serves `listener` for `definition`, from the next turn on.
  func open(_ listener: consuming Listener, for definition: ListenerDefinition) throws(SystemError) {
    let token = Token(kind: TokenKind.listener, slot: doors.count, generation: 1)
    if listener.isShared {
      try loop.registerShared(listener.descriptor, token: token)
    } else {
      try loop.register(listener.descriptor, token: token)
    }
    doors.append(Door(definition: definition, listener: listener))
  }

  func acceptSome(_ index: Int) {
    guard index < doors.count else { return }
    for _ in 0..<Self.acceptsPerTurn {
      guard accept(index) else { return }
    }
    loop.continueLater(Token(kind: TokenKind.listener, slot: index, generation: 1))
  }

  /// Before a listener closes: whoever stands in its queue is still let in, not reset.
  func acceptAll(_ index: Int) {
    while accept(index) {}
  }

  /// Takes one connection; false when there is none.
  private func accept(_ index: Int) -> Bool {
    let door = doors[index]
    switch door.listener.accept() {
    case .none: return false
    case .exhausted:
      // No spinning: what waits in the queue is looked at again soon.
      _ = loop.schedule(
        at: loop.now + .milliseconds(50), Token(kind: TokenKind.listener, slot: index, generation: 1).raw)
      metrics.add(.refusedConnections)
      return false
    case .connection(let socket, let peer):
      metrics.add(.accepted)
      let connection = DownstreamConnection(worker: self, door: door, socket: socket, peer: peer)
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
}
