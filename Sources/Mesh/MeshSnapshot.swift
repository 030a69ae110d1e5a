public import Identity

/// The whole mesh at one moment: listeners, routes, services, endpoints. Immutable: a change is another snapshot,
/// and an exchange keeps the one that it began with.
public final class MeshSnapshot: Sendable {
  /// Higher than that of every snapshot before.
  public let version: UInt64
  public let settings: MeshSettings
  public let listeners: [ListenerDefinition]
  /// All routes; each listener has a table of its own.
  public let routes: RouteTable
  /// By `Service.index`.
  public let services: [Service]
  /// Of all services, by `Endpoint.index`.
  public let endpoints: [Endpoint]
  /// Of all listeners and routes, by `AuthorizationPolicy.firstSlot`.
  public let authorizations: [AuthorizationPolicy]
  /// Whose bearer tokens a listener or a route takes.
  public let tokenProviders: [TokenProvider]
  /// Keys that are fetched: of those whose tokens somebody takes.
  public let keySets: [RemoteKeySet]

  /// Of `keySets` and `tokenProviders` those are kept whose tokens somebody takes. Traps where an index of a service, an
  /// endpoint or an authorization rule is not its place.
  /// - Parameter tokenProviders: all there are, in the order of the file; none: as they are met.
  public init(
    version: UInt64, settings: MeshSettings, listeners: [ListenerDefinition], routes: RouteTable,
    services: [Service], tokenProviders: [TokenProvider] = [], keySets: [RemoteKeySet] = []
  ) {
    self.version = version
    self.settings = settings
    self.listeners = listeners
    self.routes = routes
    self.services = services
    endpoints = services.flatMap(\.endpoints)
    authorizations = Self.authorizations(listeners, routes)
    let met = Self.tokenProviders(listeners, routes)
    let used = Set(met.map { ObjectIdentifier($0) })
    self.tokenProviders =
      tokenProviders.isEmpty ? met : tokenProviders.filter { used.contains(ObjectIdentifier($0)) }
    self.keySets = keySets.filter { used.contains(ObjectIdentifier($0.provider)) }
    for (place, service) in services.enumerated() { precondition(service.index == place) }
    for (place, endpoint) in endpoints.enumerated() { precondition(endpoint.index == place) }
    var slot = 0
    for policy in authorizations {
      precondition(policy.firstSlot == slot)
      slot += policy.slotCount
    }
  }

  /// Whether private keys are in this process's memory.
  public var holdsPrivateKeys: Bool {
    listeners.contains { $0.tls != nil } || services.contains { $0.tls?.source.certificate != nil }
  }

  /// Each once, though all rules of a route have the same.
  private static func authorizations(
    _ listeners: [ListenerDefinition], _ routes: RouteTable
  ) -> [AuthorizationPolicy] {
    let all = routes.rules.compactMap(\.authorization) + listeners.compactMap(\.authorization)
    let bySlot = Dictionary(all.map { ($0.firstSlot, $0) }) { first, _ in first }
    return bySlot.values.sorted { $0.firstSlot < $1.firstSlot }
  }
}
