public import Identity
internal import Primitives

/// The whole mesh at one moment: listeners, routes, services, endpoints. Immutable: a change is another snapshot,
/// and an exchange keeps the one that it began with.
public final class MeshSnapshot: Sendable {
  /// Higher than that of every snapshot before.
  public let version: UInt64
  public let settings: MeshSettings
  public let listeners: [ListenerDefinition]
  /// All routes; each listener has a table of its own.
  public let routes: RouteTable
  /// In the order of the file.
  public let services: [Service]
  /// Where the requests of each service go, in the same order. Copies: for those who want all of them.
  public var endpointLists: [EndpointList] { Array(lists) }
  /// Of all listeners and routes.
  public let authorizations: [AuthorizationPolicy]
  /// Whose bearer tokens a listener or a route takes.
  public let tokenProviders: [TokenProvider]
  /// Keys that are fetched: of those whose tokens somebody takes.
  public let keySets: [RemoteKeySet]
  public let numbering: Numbering
  /// In pieces, most of which a snapshot shares with the one before.
  private let lists: ChunkedArray<EndpointList>

  /// Of `keySets` and `tokenProviders` those are kept whose tokens somebody takes.
  /// - Parameter tokenProviders: all there are, in the order of the file; none: as they are met.
  public init(
    version: UInt64, settings: MeshSettings, listeners: [ListenerDefinition], routes: RouteTable,
    endpointLists: [EndpointList], tokenProviders: [TokenProvider] = [], keySets: [RemoteKeySet] = [],
    numbering: Numbering = Numbering()
  ) {
    self.version = version
    self.settings = settings
    self.listeners = listeners
    self.routes = routes
    lists = ChunkedArray(endpointLists)
    services = endpointLists.map(\.service)
    authorizations = Self.authorizations(listeners, routes)
    let met = Self.tokenProviders(listeners, routes)
    let used = Set(met.map { ObjectIdentifier($0) })
    self.tokenProviders =
      tokenProviders.isEmpty ? met : tokenProviders.filter { used.contains(ObjectIdentifier($0)) }
    self.keySets = keySets.filter { used.contains(ObjectIdentifier($0.provider)) }
    self.numbering = numbering
  }

  /// The same mesh in which the requests of some services go elsewhere.
  /// - Parameters:
  ///   - changed: by their place in `endpointLists`, for the same services.
  ///   - version: higher than this one's.
  public init(
    _ former: MeshSnapshot, version: UInt64, replacing changed: [Int: EndpointList], numbering: Numbering
  ) {
    self.version = version
    settings = former.settings
    listeners = former.listeners
    routes = former.routes
    services = former.services
    var all = former.lists
    for (place, list) in changed { all[place] = list }
    lists = all
    authorizations = former.authorizations
    tokenProviders = former.tokenProviders
    keySets = former.keySets
    self.numbering = numbering
  }

  /// What sources are asked for, and by which services (places in `endpointLists`).
  public var references: [ServiceReference: [Int]] {
    var references: [ServiceReference: [Int]] = [:]
    for (place, list) in endpointLists.enumerated() {
      if let reference = list.discovery?.reference { references[reference, default: []].append(place) }
    }
    return references
  }

  /// Of all services.
  public var endpoints: [Endpoint] { endpointLists.flatMap(\.endpoints) }

  /// What is counted for the endpoints of these services, those that get no requests included.
  func endpointStates(of names: Set<String>) -> Set<ObjectIdentifier> {
    var states: Set<ObjectIdentifier> = []
    for (place, service) in services.enumerated() where names.contains(service.name) {
      let list = lists[place]
      for endpoint in list.endpoints { states.insert(ObjectIdentifier(endpoint.state)) }
      for endpoint in list.discovery?.unused ?? [] { states.insert(ObjectIdentifier(endpoint.state)) }
    }
    return states
  }

  /// Whether private keys are in this process's memory.
  public var holdsPrivateKeys: Bool {
    listeners.contains { $0.tls != nil } || services.contains { $0.tls?.source.certificate != nil }
      || settings.etcd?.members.contains { $0.tls?.source.certificate != nil } == true
  }

  /// Each once, though all rules of a route have the same.
  private static func authorizations(
    _ listeners: [ListenerDefinition], _ routes: RouteTable
  ) -> [AuthorizationPolicy] {
    var met: Set<ObjectIdentifier> = []
    return (routes.rules.compactMap(\.authorization) + listeners.compactMap(\.authorization))
      .filter { met.insert(ObjectIdentifier($0)).inserted }
  }
}
