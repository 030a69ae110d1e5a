public import Policy
public import Primitives

/// An entry of the service table: where its requests go, and within which bounds.
/// Lives as long as its snapshot.
public final class Service: Sendable, TurnLived {
  /// Dense over the snapshot.
  public let index: Int
  public let name: String
  public let endpoints: [Endpoint]
  /// The first one's `index`.
  public let firstEndpoint: Int
  public let balancing: Balancing
  /// Zero: none.
  public let connectTimeout: Interval
  /// How long a pooled connection is kept between requests. Zero: for ever.
  public let idleTimeout: Interval
  /// Of connections to the endpoints.
  public let lifetime: ConnectionLifetime
  public let `protocol`: ServiceProtocol
  public let http2: HTTP2Options
  public let state: ServiceState

  public init(
    index: Int, name: String, endpoints: [Endpoint], balancing: Balancing = .roundRobin,
    connectTimeout: Interval = Timeouts().connect, idleTimeout: Interval = Timeouts().upstreamIdle,
    lifetime: ConnectionLifetime = ConnectionLifetime(), protocol: ServiceProtocol = .http1,
    http2: HTTP2Options = HTTP2Options(), state: ServiceState
  ) {
    self.index = index
    self.name = name
    self.endpoints = endpoints
    firstEndpoint = endpoints.first?.index ?? 0
    self.balancing = balancing
    self.connectTimeout = connectTimeout
    self.idleTimeout = idleTimeout
    self.lifetime = lifetime
    self.protocol = `protocol`
    self.http2 = http2
    self.state = state
  }
}

/// A service is what balancers choose from; indices are those of `endpoints`.
extension Service: EndpointSet {
  @inlinable public var count: Int { endpoints.count }
  @inlinable public func weight(_ index: Int) -> Int { endpoints[index].weight }
  @inlinable public func active(_ index: Int) -> Int { endpoints[index].state.active.value }
  /// Every endpoint of a static table is. Health checks and outlier detection will answer here, from `EndpointState`.
  @inlinable public func isAvailable(_ index: Int) -> Bool { true }
}
