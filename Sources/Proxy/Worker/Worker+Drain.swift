internal import HTTP
internal import Mesh
internal import Policy
internal import Primitives
internal import Reactor
internal import Synchronization
internal import Telemetry

/// Mail from other threads, the drain and the end.
extension Worker {
  func handle(_ message: WorkerMessage) {
    switch message {
    case .drain(let scope, let places): drain(scope, leaving: places)
    case .adopt(let adoption, let listeners): adopt(adoption, listeners)
    case .follow(let change): follow(change)
    case .shedIdle(let service):
      for pool in pools(ofService: service) where pool.shedIdle() { return }
    case .slotFreed(let service): serveWaiting(ofService: service)
    case .slotOffered(let service, let giver):
      if !serveWaiting(ofService: service) { group.send(.slotFreed(service: service), to: giver) }
    }
  }

  /// Stops accepting; clients are asked to go elsewhere, a few at once and then one after the other.
  /// - Parameter places: of doors whose sockets another process has: it goes on with them.
  func drain(_ scope: DrainScope, leaving places: Set<Int>) {
    if isDraining, ending.scope == .all { return }
    isDraining = true
    ending.scope = scope
    for (place, door) in doors.enumerated() {
      guard let door, !door.isDraining, scope == .all || door.direction == .inbound else { continue }
      door.isDraining = true
      ending.doors.append(door)
      if places.contains(place) { leave(place) } else { door.refuseNewConnections() }
      acceptAll(place)
    }
    _ = loop.schedule(
      at: loop.now + Self.lastHandshakes, Token(kind: TokenKind.closing, slot: 0, generation: 1).raw)
    // With them whoever waits for his turn already.
    departures = []
    depart { scope == .all || $0.isDraining || $0.isClosing }
  }

  /// Tells when nobody is left.
  func lookAtDrain() {
    if ending.scope == .inbound {
      if ending.doors.allSatisfy({ $0.isClosed && $0.held == 0 }) { group.drained(.inbound, by: index) }
      return
    }
    guard doors.allSatisfy({ $0 == nil }), downstreams.count == 0,
      http2Downstreams.count == 0, handshakes.count == 0
    else { return }
    if !ending.isOver {
      ending.isOver = true
      for service in services { for pool in service?.pools ?? [] { while pool.shedIdle() {} } }
    }
    group.drained(.all, by: index)
  }

  /// The socket stays open, and would be reported for ever. Who has woken this worker may have woken nobody else
  /// (EPOLLEXCLUSIVE): it is taken here still.
  private func leave(_ place: Int) {
    guard let door = doors[place] else { return }
    loop.unregister(door.descriptor)
    acceptAll(place)
    door.leave()
  }

  /// Handshakes that were under way when the drain began have ended: nobody is in the queues any more.
  func closeDoors() {
    for (place, door) in doors.enumerated() where door?.isDraining == true {
      acceptAll(place)
      door?.close()
      doors[place] = nil
    }
  }

  /// At the worker's end: nothing is waited for any more.
  func closeAll() {
    for door in doors { door?.isDraining = true }
    closeDoors()
    for connection in downstreams.all { connection.abandon() }
    for connection in http2Downstreams.all { connection.abandon() }
    for handshake in handshakes.all { handshake.abandon(.draining) }
    for connection in upstreams.all { connection.close() }
    for connection in http2Upstreams.all { connection.end() }
    freeRetired()
    accessLog?.finish()
    // They know their worker: it goes when they do.
    spare = []
    exchanges = Slab(kind: TokenKind.exchange)
    services = []
    lentServices = []
  }
}
