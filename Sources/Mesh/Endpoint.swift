public import Primitives

/// One address of a service.
public final class Endpoint: Sendable {
  /// The same for the same service and address, whatever else changes (`NumberTable`).
  public let index: Int
  public let address: SocketAddress
  /// The address as printed, for logs, metrics and the admin server.
  public let text: String
  /// 1 … 1,000,000.
  public let weight: Int
  public let zone: String?
  /// Of its address: the same in every process.
  public let identity: UInt64
  public let state: EndpointState
  private let number: StableNumber

  public init(
    index: StableNumber, address: SocketAddress, weight: Int = 1, zone: String? = nil, state: EndpointState
  ) {
    self.index = index.value
    self.address = address
    text = address.description
    identity = StableHash(text).value
    self.weight = weight
    self.zone = zone
    self.state = state
    number = index
  }
}
