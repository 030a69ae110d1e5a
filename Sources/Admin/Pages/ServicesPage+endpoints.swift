internal import Mesh
internal import Policy
internal import Primitives
internal import Reactor
internal import Telemetry

/// Every endpoint of a service, also those that get no new requests: they may have some from before.
extension ServicesPage {
  struct EndpointRow {
    let address: String
    var weight: Int?
    var zone: String?
    var metadata: [MetadataEntry] = []
    let source: SourceKind?
    /// Why it gets no new requests; nil where the balancer may choose it now.
    var reason: String?
    var health: String?
    let state: EndpointState

    /// - Parameter totals: what the workers have counted, as long as they do.
    func value(_ totals: MetricsSummary.Endpoint?, now: MonotonicTime) -> JSONValue {
      [
        "address": .string(address),
        "weight": weight.map { JSONValue($0) } ?? nil,
        "zone": JSONValue(zone),
        "metadata": ServicesPage.metadata(metadata),
        "source": .string(source?.rawValue ?? "configuration"),
        "seconds": ServicesPage.seconds(since: state.since, now),
        "used": .bool(reason == nil),
        "reason": JSONValue(reason),
        "health": JSONValue(health),
        "tlsProblem": state.tlsProblem.map { ServicesPage.problem($0, now: now) } ?? nil,
        "activeRequests": JSONValue(state.active.value),
        "connections": JSONValue(state.connections.value),
        "requests": JSONValue(totals?.requests ?? 0),
        "failures": JSONValue(totals?.failures ?? 0),
        "retries": JSONValue(totals?.retries ?? 0),
        "meanResponseMilliseconds": totals?.answers.mean.map { .double(($0 / 1e3).rounded() / 1e3) } ?? nil,
      ]
    }
  }

  /// Those that are used, then the others that are known, then those that are not named any more.
  static func rows(of list: EndpointList, _ leaving: [LeavingEndpoint]) -> [EndpointRow] {
    let source = list.discovery?.reference.source
    let breaker = list.service.state.breaker?.state
    let health = breaker.map { "breaker \(name(of: $0))" }
    let used = list.endpoints.enumerated().map { place, endpoint in
      EndpointRow(
        address: endpoint.text, weight: endpoint.weight, zone: endpoint.zone,
        metadata: list.discovery?.metadata[endpoint.address] ?? [], source: source,
        reason: list.isAvailable(place) ? reason(breaker) : "the endpoint is not available", health: health,
        state: endpoint.state)
    }
    let unused = (list.discovery?.unused ?? []).map { unused in
      let endpoint = unused.endpoint
      return EndpointRow(
        address: endpoint.address.description, weight: endpoint.weight, zone: endpoint.zone,
        metadata: endpoint.metadata, source: source, reason: endpoint.unused?.rawValue,
        health: endpoint.unused == .notReady ? "not ready" : health, state: unused.state)
    }
    return used + unused
      + leaving.map {
        EndpointRow(address: $0.text, source: $0.source, reason: "draining", health: health, state: $0.state)
      }
  }

  /// Names and all: this page is for whoever runs the proxy, as `Proxy-Status` is not.
  private static func problem(_ problem: TLSProblem, now: MonotonicTime) -> JSONValue {
    [
      "reason": .string("\(problem.failure.reason.name)"),
      "details": .string("\(problem.failure.text)"),
      "wanted": JSONValue(problem.wanted.isEmpty ? nil : problem.wanted),
      "shown": JSONValue(problem.shown.isEmpty ? nil : problem.shown),
      "seconds": seconds(since: problem.time, now),
    ]
  }

  private static func reason(_ breaker: BreakerState?) -> String? {
    switch breaker {
    case .open: "the service's breaker is open"
    case .halfOpen: "the service's breaker is half-open: probes only"
    case .closed, nil: nil
    }
  }
}
