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
    case .drain(let places): drain(leaving: places)
    case .adopt(let adoption, let listeners): adopt(adoption, listeners)
    case .follow(let change): follow(change)
    case .shedIdle(let service):
      for pool in pools(ofService: service) where pool.shedIdle() { return }
    case .slotFreed(let service): serveWaiting(ofService: service)
    case .slotOffered(let service, let giver):
      if !serveWaiting(ofService: service) { group.send(.slotFreed(service: service), to: giver) }
    }
  }

  /// Stops accepting; connections between two requests get a short while to say something, then they end too.
  /// - Parameter places: of doors whose sockets another process has: it goes on with them.
  func drain(leaving places: Set<Int>) {
    guard !isDraining else { return }
    isDraining = true
    for (place, door) in doors.enumerated() {
      if places.contains(place) { leave(place) } else { door?.refuseNewConnections() }
      acceptAll(place)
    }
    _ = loop.schedule(
      at: loop.now + Self.lastHandshakes, Token(kind: TokenKind.closing, slot: 0, generation: 1).raw)
    for connection in downstreams.all { connection.startDraining() }
    for connection in http2Downstreams.all { connection.startDraining() }
    for handshake in handshakes.all { handshake.startDraining() }
    for service in services { for pool in service?.pools ?? [] { while pool.shedIdle() {} } }
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
    for (index, door) in doors.enumerated() {
      acceptAll(index)
      door?.close()
    }
    doors.removeAll()
  }

  /// At the worker's end: nothing is waited for any more.
  func closeAll() {
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
