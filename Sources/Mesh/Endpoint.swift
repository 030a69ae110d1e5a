public import Primitives

/// One address of a service.
public final class Endpoint: Sendable {
  /// Dense over the whole snapshot: the endpoints of service 0, then those of service 1, and so on.
  public let index: Int
  public let address: SocketAddress
  /// The address as printed, for logs, metrics and the admin server.
  public let text: String
  /// 1 … 1,000,000.
  public let weight: Int
  public let zone: String?
  public let state: EndpointState

  public init(index: Int, address: SocketAddress, weight: Int = 1, zone: String? = nil, state: EndpointState)
  {
    self.index = index
    self.address = address
    text = address.description
    self.weight = weight
    self.zone = zone
    self.state = state
  }
}
