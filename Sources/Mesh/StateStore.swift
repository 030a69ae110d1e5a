internal import HTTP
internal import Identity
internal import Policy
public import Primitives
internal import Reactor

/// Where snapshots get what carries over from one to the next: a service of which nothing has changed is the same
/// object, one that has changed finds the counts of its limits, an endpoint its own, and each its number.
///
/// It holds nothing itself: what no snapshot and no exchange uses any more is forgotten, and building a snapshot that is
/// then thrown away disturbs nothing. Control thread only; the last to let go may be any.
public final class StateStore {
  private struct Held<Object: AnyObject> {
    weak var object: Object?
  }

  private struct HeldKeySet {
    let provider: Held<TokenProvider>
    let tls: ServiceTLS?
  }

  private struct HeldEndpoint {
    weak var state: EndpointState?
    /// Who has named it last; nil: the configuration.
    let source: SourceKind?
  }

  private var services: [String: [Held<Service>]] = [:]
  private var endpoints: [Numbering.Endpoint: HeldEndpoint] = [:]
  private var contexts: [ListenerTLS.Source: Held<TLSContextStore<TLSServerContext>>] = [:]
  private var keySets: [HTTPURL: [HeldKeySet]] = [:]
  /// What sources have found.
  public let discovered = DiscoveredTable()
  private let ruleNumbers = NumberTable<Numbering.Rule>()
  private let serviceNumbers = NumberTable<String>()
  private let endpointNumbers = NumberTable<Numbering.Endpoint>()
  private let listenerNumbers = NumberTable<String>()
  private let authorizationNumbers = NumberTable<Numbering.Authorization>()

  public init() {}

  /// The service of that name: the one that is there, if it is just that; else one over the same counts, with the
  /// breaker that the name had with those settings.
  public func service(
    _ name: String, _ settings: ServiceSettings = ServiceSettings(), tls: ServiceTLS? = nil
  ) -> Service {
    let known = services[name, default: []].compactMap(\.object)
    if let same = known.last(where: { $0.matches(settings, tls) }) { return same }
    let breaker = settings.breaker.map { wanted in
      known.compactMap(\.state.breaker).last { $0.settings == wanted } ?? CircuitBreaker(wanted)
    }
    let state: ServiceState
    if let counts = known.last?.state {
      state = ServiceState(settings.limits, sharing: counts, breaker: breaker)
    } else {
      state = ServiceState(limits: settings.limits, breaker: breaker)
    }
    let service = Service(
      index: serviceNumbers.number(of: name), name: name, settings: settings, tls: tls, state: state)
    services[name] = known.map { Held(object: $0) } + [Held(object: service)]
    return service
  }

  /// An address of the service of that name.
  /// - Parameters:
  ///   - source: who names it; nil: the configuration.
  ///   - since: when it was first known, where it is new here; nil: now.
  public func endpoint(
    of service: String, _ address: SocketAddress, weight: Int = 1, zone: String? = nil,
    source: SourceKind? = nil, since: MonotonicTime? = nil
  ) -> Endpoint {
    Endpoint(
      index: endpointNumbers.number(of: Numbering.Endpoint(service: service, address: address)),
      address: address, weight: weight, zone: zone,
      state: state(of: service, address, source: source, since: since))
  }

  /// What is counted for an address that gets no new requests, and may have some from before.
  public func state(
    of service: String, _ address: SocketAddress, source: SourceKind?, since: MonotonicTime? = nil
  ) -> EndpointState {
    let key = Numbering.Endpoint(service: service, address: address)
    let state = endpoints[key]?.state ?? since.map { EndpointState(since: $0) } ?? EndpointState()
    endpoints[key] = HeldEndpoint(state: state, source: source)
    return state
  }

  /// What is busy and is not in the snapshot, by service and address. Costs a look at every endpoint, and where some are
  /// busy at all those of their services: for pages.
  public func leaving(_ snapshot: MeshSnapshot) -> [LeavingEndpoint] {
    var busy: [(name: Numbering.Endpoint, source: SourceKind?, state: EndpointState)] = []
    for (name, held) in endpoints {
      guard let state = held.state, state.isBusy else { continue }
      busy.append((name, held.source, state))
    }
    if busy.isEmpty { return [] }
    let present = snapshot.endpointStates(of: Set(busy.map(\.name.service)))
    return busy.lazy
      .filter { !present.contains(ObjectIdentifier($0.state)) }
      .map { LeavingEndpoint($0.name.service, $0.name.address.description, $0.source, $0.state) }
      .sorted { ($0.service, $0.text) < ($1.service, $1.text) }
  }

  /// The same with the contexts that are there, if they are made of the same files: sessions go on, and whoever renews
  /// them has only one to renew.
  public func listenerTLS(_ fresh: ListenerTLS) -> ListenerTLS {
    guard let known = contexts[fresh.source]?.object else {
      contexts[fresh.source] = Held(object: fresh.contexts)
      return fresh
    }
    return ListenerTLS(
      source: fresh.source, contexts: known, handshakeTimeout: fresh.handshakeTimeout,
      isPermissive: fresh.isPermissive)
  }

  /// The same with the provider that is there, if it is just that; else with the keys that were fetched from the same
  /// place, if any were.
  public func keySet(_ fresh: RemoteKeySet) -> RemoteKeySet {
    let known = keySets[fresh.url, default: []].filter { $0.tls?.source == fresh.tls?.source }
    if let same = known.compactMap(\.provider.object).last(where: { $0.matches(fresh.provider) }) {
      return RemoteKeySet(
        provider: same, url: fresh.url, tls: known.last?.tls ?? fresh.tls, refresh: fresh.refresh,
        timeout: fresh.timeout)
    }
    if let other = known.compactMap(\.provider.object).last { fresh.provider.takeKeys(of: other) }
    keySets[fresh.url, default: []].append(HeldKeySet(provider: Held(object: fresh.provider), tls: fresh.tls))
    return fresh
  }

  public func rule(_ name: String, of route: String) -> StableNumber {
    ruleNumbers.number(of: Numbering.Rule(route: route, rule: name))
  }

  public func listener(_ name: String) -> StableNumber { listenerNumbers.number(of: name) }

  /// For "no rule", then for each rule of the policy.
  public func authorization(
    _ scope: AuthorizationPolicy.Scope, _ name: String, rules: [String]
  ) -> [StableNumber] {
    ([""] + rules).map {
      authorizationNumbers.number(of: Numbering.Authorization(scope: scope, name: name, rule: $0))
    }
  }

  /// Whose number is whose, now.
  public var numbering: Numbering {
    var numbering = Numbering()
    numbering.rules = ruleNumbers.view
    numbering.services = serviceNumbers.view
    numbering.endpoints = endpointNumbers.view
    numbering.listeners = listenerNumbers.view
    numbering.authorizations = authorizationNumbers.view
    return numbering
  }

  /// Frees the places of what is gone: called now and then, since names may come and go for ever.
  public func tidy() {
    services = services.compactMapValues { held in
      let live = held.filter { $0.object != nil }
      return live.isEmpty ? nil : live
    }
    endpoints = endpoints.filter { $0.value.state != nil }
    contexts = contexts.filter { $0.value.object != nil }
    keySets = keySets.compactMapValues { held in
      let live = held.filter { $0.provider.object != nil }
      return live.isEmpty ? nil : live
    }
  }
}
