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

  func build() -> MeshSnapshot {
    let services = self.services()
    let byName = Dictionary(services.map { ($0.name, $0) }) { first, _ in first }
    var slots = 0
    let routes = self.routes(byName, services, &slots)
    let all = RouteTable(routes.map(\.definition))
    let listeners = document.listeners.isEmpty ? [ListenerSpecification.standard()] : document.listeners
    var settings = document.settings
    settings.workers = settings.workers ?? ProcessorCount.available()
    return MeshSnapshot(
      version: version, settings: settings,
      listeners: listeners.map { listener in
        let authorization = policy(.listener, listener.name.value, listener.authorization, &slots)
        return ListenerDefinition(
          name: listener.name.value, address: listener.address.value, protocol: listener.protocol,
          routes: table(for: listener, routes, all), trustedHops: listener.trustedHops,
          lifetime: listener.lifetime, http2: listener.http2, tls: listener.tls, authorization: authorization,
          tokens: tokens(listener.tokens), clientCertificate: listener.clientCertificate)
      },
      routes: all, services: services, tokenProviders: document.tokenProviders.compactMap(\.provider),
      keySets: document.tokenProviders.compactMap(\.remote))
  }

  /// Listeners with all routes share one table. One that names its own has them in the order of the file.
  private func table(
    for listener: ListenerSpecification, _ routes: [(name: String, definition: RouteDefinition)],
    _ all: RouteTable
  ) -> RouteTable {
    guard let names = listener.routes.map({ Set($0.map(\.value)) }) else { return all }
    return RouteTable(routes.filter { names.contains($0.name) }.map(\.definition))
  }

  private func services() -> [Service] {
    var endpointIndex = 0
    return document.services.enumerated().map { index, specification in
      let name = specification.name.value
      let endpoints = specification.endpoints.map { endpoint in
        defer { endpointIndex += 1 }
        let address = endpoint.address.value
        return Endpoint(
          index: endpointIndex, address: address, weight: endpoint.weight, zone: endpoint.zone,
          state: states.endpoint(of: name, address))
      }
      return Service(
        index: index, name: name, endpoints: endpoints, balancing: specification.balancing,
        connectTimeout: specification.connectTimeout, idleTimeout: specification.idleTimeout,
        lifetime: specification.lifetime, protocol: specification.protocol, http2: specification.http2,
        tls: specification.tls,
        state: states.service(name, limits: specification.limits, breaker: specification.breaker))
    }
  }

  private func routes(
    _ byName: [String: Service], _ services: [Service], _ slots: inout Int
  ) -> [(name: String, definition: RouteDefinition)] {
    if document.routes.isEmpty { return standardRoutes(services) }
    var index = 0
    return document.routes.map { route in
      let authorization = policy(.route, route.name.value, route.authorization, &slots)
      let tokens = tokens(route.tokens)
      let rules = route.rules.map { rule in
        defer { index += 1 }
        let compiled = RouteRule(
          index: index, routeName: route.name.value, ruleName: rule.name,
          backends: rule.backends.compactMap { reference in
            byName[reference.name.value].map { WeightedBackend(service: $0, weight: reference.weight) }
          },
          requestFilters: rule.requestFilter, responseFilters: rule.responseFilter, cors: rule.cors,
          timeouts: timeouts(of: rule), retry: retry(of: rule), authorization: authorization, tokens: tokens)
        return RouteDefinition.Rule(compiled, matches: rule.matches)
      }
      return (route.name.value, RouteDefinition(hostnames: route.hostnames, rules: rules).detached())
    }
  }

  private func tokens(_ specification: TokenSpecification?) -> TokenPolicy? {
    guard let specification else { return nil }
    let names = specification.providers.map { Set($0.map(\.value)) }
    let providers = document.tokenProviders.filter { names?.contains($0.name.value) ?? true }
    return TokenPolicy(mode: specification.mode, providers: providers.compactMap(\.provider))
  }

  /// - Parameter slots: taken so far, over all policies.
  private func policy(
    _ scope: AuthorizationPolicy.Scope, _ name: String, _ specification: AuthorizationSpecification?,
    _ slots: inout Int
  ) -> AuthorizationPolicy? {
    guard let specification else { return nil }
    let policy = AuthorizationPolicy(
      scope, name, mode: specification.mode, rules: specification.rules, firstSlot: slots)
    slots += policy.slotCount
    return policy
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
    services.map { service in
      let rule = RouteRule(
        index: service.index, routeName: service.name, ruleName: "0",
        backends: [WeightedBackend(service: service)],
        timeouts: timeouts(of: RuleSpecification(name: "0")))
      let hostnames = services.count == 1 ? [] : [service.name]
      return (service.name, RouteDefinition(hostnames: hostnames, rules: [RouteDefinition.Rule(rule)]))
    }
  }
}
