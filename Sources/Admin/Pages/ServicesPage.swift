internal import Mesh
internal import Policy
internal import Primitives
internal import Telemetry

/// Every service as it is now: endpoints, active requests, breaker, limits, and why an endpoint is not used.
enum ServicesPage {
  static func value(_ source: any AdminSource) -> JSONValue {
    let summary = MetricsSummary(source.metrics)
    let now = source.status.now
    var totals: [MetricsLayout.Endpoint: MetricsSummary.Endpoint] = [:]
    for endpoint in summary.endpoints { totals[endpoint.name] = endpoint }
    let leaving = Dictionary(grouping: source.leaving, by: \.service)
    return [
      "services": JSONValue(
        source.snapshot.endpointLists.map { list in
          let service = list.service
          let counted = summary.service(named: service.name)
          return [
            "name": .string(service.name),
            "loadBalancing": .string(name(of: service.settings.balancing)),
            "tls": .string(security(of: service)),
            "breaker": service.state.breaker.map { breaker($0, now: now) } ?? nil,
            "limits": limits(service.state, counted),
            "requests": requests(counted),
            "discovery": list.discovery.map { discovery($0, source.remark(on: $0.reference), now: now) }
              ?? nil,
            "endpoints": JSONValue(
              rows(of: list, leaving[service.name] ?? []).map {
                $0.value(
                  totals[MetricsLayout.Endpoint(service: service.name, address: $0.address)], now: now)
              }),
          ]
        }),
      "sources": JSONValue(source.sources.map { sourceState($0, now: now) }),
    ]
  }

  /// Whether connections are secured, and whether endpoints have to show who they are.
  static func security(of service: Service) -> String {
    guard let tls = service.tls else { return "off" }
    return tls.isVerified ? "verified" : "not verified (insecureSkipVerify)"
  }

  static func name(of state: BreakerState) -> String {
    switch state {
    case .closed: "closed"
    case .open: "open"
    case .halfOpen: "half-open"
    }
  }

  static func name(of balancing: Balancing) -> String {
    switch balancing {
    case .roundRobin: "round-robin"
    case .leastRequest: "least-request"
    case .random: "random"
    case .ringHash: "ring-hash"
    }
  }

  private static func breaker(_ breaker: CircuitBreaker, now: MonotonicTime) -> JSONValue {
    let counted = breaker.counted(now: now)
    return [
      "state": .string(name(of: breaker.state)),
      "secondsInState": breaker.lastTransition.map { seconds(since: $0, now) } ?? nil,
      "failures": JSONValue(counted.failures),
      "outcomes": JSONValue(counted.total),
      "opened": JSONValue(breaker.transitions(to: .open)),
    ]
  }

  /// Idle connections count against their limit, too: `used` is `active` and `idle` together.
  private static func limits(_ state: ServiceState, _ counted: MetricsSummary.Service?) -> JSONValue {
    func limit(_ limit: Limit) -> JSONValue {
      ["used": JSONValue(limit.current), "limit": JSONValue(limit.maximum)]
    }
    let connections = state.connections.current
    let idle = min(connections, max(0, Int(counted?.gauge(.connectionsIdle) ?? 0)))
    return [
      "connections": [
        "used": JSONValue(connections), "active": JSONValue(connections - idle), "idle": JSONValue(idle),
        "limit": JSONValue(state.connections.maximum),
      ],
      "pendingRequests": limit(state.pending),
      "requests": limit(state.requests),
      "retries": limit(state.retries),
    ]
  }

  private static func requests(_ totals: MetricsSummary.Service?) -> JSONValue {
    guard let totals else { return nil }
    let classes = totals.requests.byClass
    func milliseconds(_ share: Double) -> JSONValue {
      guard let time = totals.requests.durations?.quantile(share) else { return nil }
      return .double((time / 1e3).rounded() / 1e3)
    }
    return [
      "total": JSONValue(totals.requests.total),
      "1xx": JSONValue(classes[1]), "2xx": JSONValue(classes[2]), "3xx": JSONValue(classes[3]),
      "4xx": JSONValue(classes[4]), "5xx": JSONValue(classes[5]), "unanswered": JSONValue(classes[0]),
      "retries": JSONValue(totals[.retries]),
      "p50Milliseconds": milliseconds(0.5),
      "p99Milliseconds": milliseconds(0.99),
    ]
  }
}
