internal import Identity
internal import Mesh
internal import Policy
internal import Primitives

/// A document without errors → a snapshot.
///
/// Where `routes` is left out, a single service takes every request, and each of several takes those whose host is
/// its name.
struct SnapshotBuilder {
  let document: ConfigurationDocument
  let states: StateStore
  let version: UInt64
  /// Those whose keys are fetched go on with the keys that they have.
  private let providers: [(name: String, provider: TokenProvider)]
  private let keySets: [RemoteKeySet]

  init(document: ConfigurationDocument, states: StateStore, version: UInt64) {
    self.document = document
    self.states = states
    self.version = version
    let remotes = document.tokenProviders.map { $0.remote.map(states.keySet) }
    keySets = remotes.compactMap { $0 }
    providers = zip(document.tokenProviders, remotes).compactMap { specification, remote in
      (remote?.provider ?? specification.provider).map { (specification.name.value, $0) }
    }
  }

  func build() -> MeshSnapshot {
    let lists = document.services.map(endpointList)
    let services = lists.map(\.service)
    let routes = self.routes(services)
    let all = RouteTable(routes.map(\.definition))
    let listeners = document.listeners.isEmpty ? [ListenerSpecification.standard()] : document.listeners
    var settings = document.settings
    settings.workers = settings.workers ?? ProcessorCount.available()
    let definitions = listeners.map { listener in
      ListenerDefinition(
        index: states.listener(listener.name.value), name: listener.name.value,
        address: listener.address.value, protocol: listener.protocol,
        direction: listener.direction, routes: table(for: listener, routes, all),
        trustedHops: listener.trustedHops,
        lifetime: listener.lifetime, http2: listener.http2, tls: listener.tls.map(states.listenerTLS),
        authorization: policy(.listener, listener.name.value, listener.authorization),
        tokens: tokens(listener.tokens), clientCertificate: listener.clientCertificate)
    }
    return MeshSnapshot(
      version: version, settings: settings, listeners: definitions, routes: all, endpointLists: lists,
      tokenProviders: providers.map(\.provider), keySets: keySets, numbering: states.numbering)
  }

  /// Listeners with all routes share one table. One that names its own has them in the order of the file.
  private func table(
    for listener: ListenerSpecification, _ routes: [(name: String, definition: RouteDefinition)],
    _ all: RouteTable
  ) -> RouteTable {
    guard let names = listener.routes.map({ Set($0.map(\.value)) }) else { return all }
    return RouteTable(routes.filter { names.contains($0.name) }.map(\.definition))
  }

  private func endpointList(_ specification: ServiceSpecification) -> EndpointList {
    let name = specification.name.value
    let service = states.service(name, specification.settings, tls: specification.tls)
    if let reference = specification.reference { return states.discovered.list(service, reference, states) }
    return EndpointList(
      service,
      specification.endpoints.map {
        states.endpoint(of: name, $0.address.value, weight: $0.weight, zone: $0.zone)
      })
  }

  private func routes(_ services: [Service]) -> [(name: String, definition: RouteDefinition)] {
    if document.routes.isEmpty { return standardRoutes(services) }
    let hostnames = ClusterHostnames(
      document.clusterNames, written: document.routes.flatMap(\.hostnames))
    let byName = Dictionary(services.map { ($0.name, $0) }) { first, _ in first }
    return document.routes.map { route in
      let name = route.name.value
      let authorization = policy(.route, name, route.authorization)
      let tokens = tokens(route.tokens)
      let rules = route.rules.map { rule in
        let compiled = RouteRule(
          index: states.rule(rule.name, of: name), routeName: name, ruleName: rule.name,
          backends: rule.backends.compactMap { reference in
            byName[reference.name.value].map { WeightedBackend(service: $0, weight: reference.weight) }
          },
          requestFilters: rule.requestFilter, responseFilters: rule.responseFilter, cors: rule.cors,
          timeouts: timeouts(of: rule), retry: retry(of: rule), authorization: authorization, tokens: tokens)
        return RouteDefinition.Rule(compiled, matches: rule.matches)
      }
      return (name, RouteDefinition(hostnames: hostnames.all(route.hostnames), rules: rules).detached())
    }
  }

  private func tokens(_ specification: TokenSpecification?) -> TokenPolicy? {
    guard let specification else { return nil }
    let names = specification.providers.map { Set($0.map(\.value)) }
    let taken = providers.filter { names?.contains($0.name) ?? true }
    return TokenPolicy(mode: specification.mode, providers: taken.map(\.provider))
  }

  private func policy(
    _ scope: AuthorizationPolicy.Scope, _ name: String, _ specification: AuthorizationSpecification?
  ) -> AuthorizationPolicy? {
    guard let specification else { return nil }
    return AuthorizationPolicy(
      scope, name, mode: specification.mode, rules: specification.rules,
      slots: states.authorization(scope, name, rules: specification.rules.map(\.name)))
  }

  /// The time for an attempt that holds for the whole proxy is each rule's, where it has none of its own.
  private func timeouts(of rule: RuleSpecification) -> RouteTimeouts {
    var timeouts = rule.timeouts
    let standard = document.settings.timeouts.perTry
    if timeouts.backendRequest == nil, standard > .zero { timeouts.backendRequest = standard }
    return timeouts
  }

  private func retry(of rule: RuleSpecification) -> RetryPolicy? {
    guard var retry = rule.retry else { return nil }
    if let each = timeouts(of: rule).backendRequest, each > .zero { retry.perTry = each }
    return retry
  }

  private func standardRoutes(_ services: [Service]) -> [(name: String, definition: RouteDefinition)] {
    let hostnames = ClusterHostnames(
      document.clusterNames, written: document.services.map { $0.name.value.lowercased() })
    return zip(services, document.services).map { service, specification in
      let rule = RouteRule(
        index: states.rule("0", of: service.name), routeName: service.name, ruleName: "0",
        backends: [WeightedBackend(service: service)],
        timeouts: timeouts(of: RuleSpecification(name: "0")))
      let names = services.count == 1 ? [] : hostnames.all(of: specification)
      return (service.name, RouteDefinition(hostnames: names, rules: [RouteDefinition.Rule(rule)]))
    }
  }
}
