public import Policy
public import Primitives

/// Where snapshots get their shared state from, so that it carries over: the same service finds the counts of its
/// limits, the same endpoint its own, and an unchanged breaker stays as it is.
///
/// Building a snapshot that is then thrown away disturbs nothing: changed limits are new `Limit`s over the
/// same counts, a changed breaker is a new one. Control thread only.
public final class StateStore {
  private struct BreakerKey: Hashable {
    let service: String
    let settings: CircuitBreaker.Settings
  }

  private struct EndpointKey: Hashable {
    let service: String
    let address: SocketAddress
  }

  /// Only their counts matter: the limits over them and the breaker are each snapshot's own.
  private var services: [String: ServiceState] = [:]
  private var breakers: [BreakerKey: CircuitBreaker] = [:]
  private var endpoints: [EndpointKey: EndpointState] = [:]

  public init() {}

  /// The state of the service of that name: limits over its counts, and its breaker where `breaker` is not nil.
  public func service(
    _ name: String, limits: ServiceLimits, breaker settings: CircuitBreaker.Settings?
  ) -> ServiceState {
    let known: ServiceState
    if let found = services[name] {
      known = found
    } else {
      known = ServiceState(limits: limits)
      services[name] = known
    }
    return ServiceState(
      connections: Limit(limits.connections, sharing: known.connections),
      pending: Limit(limits.pending, sharing: known.pending),
      requests: Limit(limits.requests, sharing: known.requests),
      retries: Limit(limits.retries, sharing: known.retries),
      breaker: settings.map { breaker(of: name, $0) })
  }

  /// The state of an address within the service of that name.
  public func endpoint(of service: String, _ address: SocketAddress) -> EndpointState {
    let key = EndpointKey(service: service, address: address)
    if let known = endpoints[key] { return known }
    let state = EndpointState()
    endpoints[key] = state
    return state
  }

  /// Forgets the state that none of these snapshots uses. Name every snapshot that may still serve an exchange:
  /// a service that comes back while its old exchanges run must find their counts.
  public func forget(allBut snapshots: [MeshSnapshot]) {
    let live = snapshots.flatMap(\.services)
    let names = Set(live.map(\.name))
    services = services.filter { names.contains($0.key) }
    let guards = Set(live.compactMap { $0.state.breaker.map(ObjectIdentifier.init) })
    breakers = breakers.filter { guards.contains(ObjectIdentifier($0.value)) }
    let states = Set(live.flatMap(\.endpoints).map { ObjectIdentifier($0.state) })
    endpoints = endpoints.filter { states.contains(ObjectIdentifier($0.value)) }
  }

  private func breaker(of service: String, _ settings: CircuitBreaker.Settings) -> CircuitBreaker {
    let key = BreakerKey(service: service, settings: settings)
    if let known = breakers[key] { return known }
    let breaker = CircuitBreaker(settings)
    breakers[key] = breaker
    return breaker
  }
}
