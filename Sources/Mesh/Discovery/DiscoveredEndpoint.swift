public import Primitives

/// An endpoint as a source knows it.
public struct DiscoveredEndpoint: Hashable, Sendable {
  public var address: SocketAddress
  /// 1 … 1,000,000.
  public var weight: Int
  public var zone: String?
  /// What its source says of it besides, by name.
  public var metadata: [MetadataEntry] = []
  /// Nil: it takes requests.
  public var unused: Unused?

  /// Why an endpoint that a source knows gets no new requests.
  public enum Unused: String, Hashable, Sendable {
    /// It says of itself that it cannot serve.
    case notReady = "not ready"
    /// It is ending: what it has it finishes.
    case terminating
    /// Others serve better (SRV priorities, zones' hints).
    case inReserve = "in reserve"
    /// Its address is none that a host can have (`SocketAddress.isUnicast`): a mistake, or how a name is blocked.
    case noHost = "no address of a host"
  }

  public init(address: SocketAddress, weight: Int = 1, zone: String? = nil, unused: Unused? = nil) {
    self.address = address
    self.weight = weight
    self.zone = zone
    self.unused = address.isUnicast ? unused : .noHost
  }
}
