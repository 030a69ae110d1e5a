internal import HTTP
internal import Mesh
internal import Policy
internal import Primitives
internal import Reactor
internal import Synchronization
internal import Telemetry

/// Connections that have ended, and what connections send when the turn ends.
extension Worker {
  func retire(_ connection: HTTP1Downstream) {
    retiredDownstreams.append(connection)
    downstreams.remove(connection.token)
  }

  func retire(_ connection: HTTP1Upstream, offeringSlot: Bool = false) {
    retiredUpstreams.append(connection)
    upstreams.remove(connection.token)
    connectionSlotFreed(of: connection.pool.service, offered: offeringSlot)
  }

  /// It goes on as another one.
  func forget(_ connection: HTTP1Upstream) {
    retiredUpstreams.append(connection)
    upstreams.remove(connection.token)
  }

  func retire(_ connection: HTTP2Downstream) {
    retiredShared.append(connection)
    http2Downstreams.remove(connection.token)
  }

  func retire(_ connection: HTTP2Upstream) {
    retiredShared.append(connection)
    http2Upstreams.remove(connection.token)
    connectionSlotFreed(of: connection.pool.service)
  }

  /// `connection` has frames to send when this turn ends.
  func schedule(_ connection: any OutputHolder) { scheduled.append(connection) }

  /// What one connection sends may let another go on: a few rounds, then the next turn's.
  func flushScheduled() {
    var rounds = 4
    while rounds > 0, !scheduled.isEmpty {
      rounds -= 1
      swap(&scheduled, &flushing)
      for connection in flushing { connection.flushOutput() }
      flushing.removeAll(keepingCapacity: true)
    }
    if !scheduled.isEmpty { loop.continueLater(.none) }
  }

  /// Sends whole messages of HTTP/1 in a row. The kernel's way of a write is as long as all of a request's way through
  /// this process, and each drives the other out of the processor's caches: in rows both find theirs warm.
  func sendWaiting() {
    toUpstream.sendWaiting { token, bytes in
      let connection = upstreams.lent(token)
      connection {
        $0.isWaiting = false
        $0.transport.send(bytes)
      }
    }
    toDownstream.sendWaiting { token, bytes in
      let connection = downstreams.lent(token)
      connection {
        $0.isWaiting = false
        $0.transport.send(bytes)
        // Idle by now, it has nobody who looks.
        if $0.transport.writeError != 0 { $0.setDeadline(after: .zero) }
      }
    }
  }

  private func freeRetiredSnapshots() {
    retiredPools = []
    retiredServices = []
    retiredSnapshots = []
  }

  func freeRetired() {
    if !retiredDownstreams.isEmpty { retiredDownstreams.removeAll(keepingCapacity: true) }
    if !retiredShared.isEmpty {
      for connection in retiredShared { connection.forgetStreams() }
      retiredShared.removeAll(keepingCapacity: true)
    }
    if !retiredHandshakes.isEmpty { retiredHandshakes.removeAll(keepingCapacity: true) }
    if !retiredUpstreams.isEmpty { retiredUpstreams.removeAll(keepingCapacity: true) }
    if !retiredSnapshots.isEmpty { freeRetiredSnapshots() }
  }
}
