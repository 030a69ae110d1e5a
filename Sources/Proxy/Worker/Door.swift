internal import HTTP
internal import Identity
internal import Mesh
internal import Policy
internal import Primitives
internal import Reactor

/// A listener as one worker has it, with what its definition says now.
final class Door {
  /// Nil once it has closed; connections that came through it may live on.
  private var listener: Listener?
  let isShared: Bool
  private var definition: ListenerDefinition
  /// The definition's, without references that are counted, and as sessions want it.
  private(set) var routes: Lent<RouteTable>
  private(set) var http2: HTTP2Settings
  /// Descriptors or memory have run out: nothing is accepted until the timer says so.
  var isExhausted = false
  /// Those who came through it go on by connecting again, elsewhere or under another agreement, each in his turn
  /// (`Departure`).
  var isClosing = false
  /// The same in the process's end.
  var isDraining = false
  /// Connections and handshakes that came through it.
  var held = 0

  init(definition: ListenerDefinition, listener: consuming Listener) {
    isShared = listener.isShared
    self.listener = consume listener
    self.definition = definition
    routes = Lent(definition.routes)
    http2 = HTTP2Settings(definition.http2)
  }

  /// The same socket under another definition. Nil where it has closed.
  convenience init?(definition: ListenerDefinition, takingOver other: Door) {
    guard let listener = other.listener.take() else { return nil }
    self.init(definition: definition, listener: listener)
    isExhausted = other.isExhausted
  }

  /// Another definition, under which clients have agreed upon the same TLS.
  func adopt(_ definition: ListenerDefinition) {
    self.definition = definition
    routes = Lent(definition.routes)
    http2 = HTTP2Settings(definition.http2)
  }

  var isClosed: Bool { listener == nil }
  var name: String { definition.name }
  /// Its row of metrics.
  var index: Int { definition.index }
  var direction: ListenerDirection { definition.direction }
  /// Nil: plain HTTP.
  var tls: ListenerTLS? { definition.tls }
  var trustedHops: Int { definition.trustedHops }
  var narrowStreams: Int { definition.http2.narrowStreams }
  var pingInterval: Interval { definition.http2.pingInterval }
  var pingTimeout: Interval { definition.http2.pingTimeout }
  var lifetime: ConnectionLifetime { definition.lifetime }
  var authorization: AuthorizationPolicy? { definition.authorization }
  var tokens: TokenPolicy? { definition.tokens }
  var clientCertificate: ClientCertificateForwarding { definition.clientCertificate }

  var descriptor: Int32 { listener?.descriptor ?? -1 }
  func accept() -> Listener.Accepted { listener?.accept() ?? .none }
  func refuseNewConnections() { listener?.refuseNewConnections() }
  func beginToListen() throws(SystemError) { try listener?.begin() }
  /// Another process goes on with the socket.
  func leave() {
    listener?.leave()
    listener = nil
  }
  func close() { listener = nil }
}
