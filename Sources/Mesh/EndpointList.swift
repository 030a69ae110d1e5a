public import Policy
public import Primitives

/// Where a service's requests go, in one snapshot: what balancers choose from. Lives as long as its snapshot.
public final class EndpointList: Sendable, TurnLived {
  public let service: Service
  public let endpoints: [Endpoint]
  /// Nil: the configuration lists them.
  public let discovery: Discovery?

  public init(_ service: Service, _ endpoints: [Endpoint], discovery: Discovery? = nil) {
    self.service = service
    self.endpoints = endpoints
    self.discovery = discovery
  }
}

/// Places are those of `endpoints`.
extension EndpointList: EndpointSet {
  @inlinable public var count: Int { endpoints.count }
  @inlinable public func weight(_ place: Int) -> Int { endpoints[place].weight }
  @inlinable public func active(_ place: Int) -> Int { endpoints[place].state.active.value }
  @inlinable public func number(_ place: Int) -> Int { endpoints[place].index }
  @inlinable public func identity(_ place: Int) -> UInt64 { endpoints[place].identity }
  /// Every endpoint that is listed is. Health checks and outlier detection will answer here, from `EndpointState`.
  @inlinable public func isAvailable(_ place: Int) -> Bool { true }
}
