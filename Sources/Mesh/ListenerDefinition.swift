public import Identity
public import Policy
public import Primitives

/// Where clients connect, and by which routes their requests go.
public struct ListenerDefinition: Sendable {
  /// Its row of metrics; -1: none.
  public var index: Int { number.value }
  private let number: StableNumber
  public let name: String
  public let address: SocketAddress
  public let `protocol`: ListenerProtocol
  public let direction: ListenerDirection
  /// Only the routes of this listener.
  public let routes: RouteTable
  /// Proxies in front whose `X-Forwarded-*` are believed; 0: those fields are written anew.
  public let trustedHops: Int
  public let lifetime: ConnectionLifetime
  /// Where a client speaks HTTP/2, which `auto` and `http` both let it, by prior knowledge.
  public let http2: HTTP2Options
  /// What must hold for every request, before its route's own; nil: nothing.
  public let authorization: AuthorizationPolicy?
  /// What services learn of a client's certificate.
  public let clientCertificate: ClientCertificateForwarding
  /// What tokens are asked for where a route does not say; nil: none.
  public let tokens: TokenPolicy?
  /// Nil: plain HTTP.
  public let tls: ListenerTLS?

  public init(
    index: StableNumber = -1, name: String, address: SocketAddress, protocol: ListenerProtocol = .auto,
    direction: ListenerDirection = .inbound, routes: RouteTable,
    trustedHops: Int = 0, lifetime: ConnectionLifetime = ConnectionLifetime(),
    http2: HTTP2Options = HTTP2Options(), tls: ListenerTLS? = nil, authorization: AuthorizationPolicy? = nil,
    tokens: TokenPolicy? = nil, clientCertificate: ClientCertificateForwarding? = nil
  ) {
    number = index
    self.name = name
    self.address = address
    self.protocol = `protocol`
    self.direction = direction
    self.routes = routes
    self.trustedHops = trustedHops
    self.lifetime = lifetime
    self.http2 = http2
    self.authorization = authorization
    self.tokens = tokens
    self.clientCertificate = clientCertificate ?? .standard(trustedHops: trustedHops)
    self.tls = tls
  }
}
