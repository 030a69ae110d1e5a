internal import Mesh
internal import Policy
internal import Primitives
internal import Reactor
internal import Telemetry

/// Streams on shared connections: few connections, a further one where the endpoint allows no further stream.
extension UpstreamPool {
  /// A stream for the exchange, a place where one will be, or the queue.
  func acquireStream(for exchange: Exchange) -> Acquired {
    for connection in shared {
      let found = connection { $0.hasRoom ? stream(on: $0, for: exchange) : nil }
      if let found = found ?? nil { return found }
    }
    if takesConnections, service.state.pending.current == 0, service.state.connections.tryAcquire() {
      return connect()
    }
    return enqueue(exchange)
  }

  /// A further connection may be of use. Not where the endpoint takes no stream at present, as it has said: it is waited for.
  var takesConnections: Bool { !usesHTTP2 || grantedStreams > 0 || shared.isEmpty }

  private func stream(on connection: HTTP2Upstream, for exchange: Exchange) -> Acquired {
    connection.stream(needingSettings: exchange.isUpgrade) { stream in
      stream.isWaiting ? .connecting(stream.lent) : .reused(stream.lent)
    } ?? .overflow
  }

  /// A connection slot was taken from the limit: opens a shared connection with a place for one exchange.
  func connectShared() throws(SystemError) -> LentUpstream {
    let connection = HTTP2Upstream(
      pool: self, transport: Transport(try Socket.connect(to: endpoint.address), connected: false))
    try connection.register()
    shared.append(Lent(connection))
    return connection.stream(needingSettings: false) { $0.lent } ?? LentUpstream()
  }

  /// A connection was opened as one of HTTP/1, and speaks HTTP/2.
  func adopt(_ transport: consuming Transport, for exchange: Exchange?) throws(SystemError) {
    learn(.h2)
    let connection = HTTP2Upstream(pool: self, transport: transport)
    try connection.register(isKnown: true)
    shared.append(Lent(connection))
    if let exchange { exchange.move(to: connection) }
    connection.opened()
  }

  /// A connection can take further exchanges: those that wait come first.
  func serveWaiting(on connection: HTTP2Upstream) {
    while connection.hasRoom, let next = popWaiting() {
      next.move(to: self)
      switch stream(on: connection, for: next) {
      case .connecting(let stream): stream { next.connectStarted($0) }
      case .reused(let stream): stream { next.connectionReady($0, reused: true) }
      default: break
      }
    }
  }

  /// A shared connection ended, or takes nothing new.
  func forget(_ connection: HTTP2Upstream) {
    if let index = shared.firstIndex(where: { $0.isSame(as: connection) }) { shared.remove(at: index) }
    // The next one may be told otherwise.
    if shared.isEmpty, grantedStreams == 0 { grantedStreams = Self.usualStreams }
  }

  /// Ends one shared connection on which nothing is under way. Returns false if there is none.
  func shedIdleShared() -> Bool {
    guard let connection = shared.first(where: { $0 { $0.isIdle } ?? false }) else { return false }
    connection { $0.retire() }
    return true
  }
}
