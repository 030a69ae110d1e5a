public import Policy
public import Primitives

/// Where clients connect, and by which routes their requests go.
public struct ListenerDefinition: Sendable {
  public let name: String
  public let address: SocketAddress
  public let `protocol`: ListenerProtocol
  /// Only the routes of this listener.
  public let routes: RouteTable
  /// Proxies in front whose `X-Forwarded-*` are believed; 0: those fields are written anew.
  public let trustedHops: Int
  public let lifetime: ConnectionLifetime

  public init(
    name: String, address: SocketAddress, protocol: ListenerProtocol = .auto, routes: RouteTable,
    trustedHops: Int = 0, lifetime: ConnectionLifetime = ConnectionLifetime()
  ) {
    self.name = name
    self.address = address
    self.protocol = `protocol`
    self.routes = routes
    self.trustedHops = trustedHops
    self.lifetime = lifetime
  }
}
