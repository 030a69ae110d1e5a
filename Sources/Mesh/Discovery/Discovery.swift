public import Primitives

/// How a service's endpoints were found.
public struct Discovery: Sendable {
  public let reference: ServiceReference
  /// False: nobody has answered yet.
  public var isKnown = false
  /// An earlier process has found them, was last sure then, and nobody has confirmed them yet. Nil: somebody has.
  public var savedAt: MonotonicTime?
  /// When the list last changed.
  public var changed: MonotonicTime?
  /// Of those that take requests.
  public var metadata: [SocketAddress: [MetadataEntry]] = [:]
  /// Those that are known and get no new requests.
  public var unused: [UnusedEndpoint] = []

  public init(
    _ reference: ServiceReference, isKnown: Bool = false, savedAt: MonotonicTime? = nil,
    changed: MonotonicTime? = nil, unused: [UnusedEndpoint] = [],
    metadata: [SocketAddress: [MetadataEntry]] = [:]
  ) {
    self.reference = reference
    self.isKnown = isKnown
    self.savedAt = savedAt
    self.changed = changed
    self.unused = unused
    self.metadata = metadata
  }
}

/// One that is known and gets no new requests.
public struct UnusedEndpoint: Sendable {
  public let endpoint: DiscoveredEndpoint
  /// The one that it has while it is used, too: what it was asked before it may be answering still.
  public let state: EndpointState

  public init(_ endpoint: DiscoveredEndpoint, _ state: EndpointState) {
    self.endpoint = endpoint
    self.state = state
  }
}
