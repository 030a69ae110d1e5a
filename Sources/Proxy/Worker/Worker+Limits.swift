internal import HTTP
internal import Mesh
internal import Policy
internal import Primitives
internal import Reactor
internal import Synchronization
internal import Telemetry

/// Connection limits that hold over all workers: who frees a place, and who waits for one.
extension Worker {
  func pools(ofService number: Int) -> [UpstreamPool] {
    number < services.count ? services[number]?.pools ?? [] : []
  }

  /// An exchange waits since the limit is reached: an idle connection elsewhere should make room.
  func askForConnection(of service: Service) {
    // A place may have become free just before the exchange was seen to wait. One of the two sides sees the other:
    // each has written before the fence and reads after it.
    atomicMemoryFence(ordering: .sequentiallyConsistent)
    mailbox.send(.slotFreed(service: service.index))
    for pool in pools(ofService: service.index) where pool.shedIdle() { return }
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
  func serveWaiting(ofService number: Int) -> Bool {
    guard number < services.count, let queue = services[number]?.queue,
      let service = services[number]?.service
    else { return false }
    var served = false
    while !queue.isEmpty, service.state.connections.tryAcquire() {
      guard let next = queue.popFirst(where: { $0.pool?.takesConnections ?? true }), let pool = next.pool
      else {
        service.state.connections.release()
        return served
      }
      served = true
      pool.leftQueue()
      switch pool.connect() {
      case .connecting(let connection):
        connection { next.connectStarted($0) }
        pool.shared.last? { pool.serveWaiting(on: $0) }
      case .failed(let error): next.connectFailed(error.code)
      default: break
      }
    }
    return served
  }
}
