internal import Mesh
internal import Policy
internal import Primitives
internal import Telemetry

/// Counters of all workers, and what the mesh's shared state says.
enum MetricsPage {
  static var contentType: StaticString { PrometheusEncoder.contentType }

  static func append(_ source: any AdminSource, to output: inout ByteBuffer) {
    PrometheusEncoder.append(MetricsSummary(source.metrics), families(source), to: &output)
  }

  private static func families(_ source: any AdminSource) -> [MetricFamily] {
    process(source) + reloads(source) + certificates(source, now: WallClock.now / 1_000_000_000)
      + keySets(source)
      + sources(source) + kept(source)
      + services(source)
  }

  private static func services(_ source: any AdminSource) -> [MetricFamily] {
    var families = ServiceFamilies()
    for list in source.snapshot.endpointLists { families.add(list) }
    for endpoint in source.leaving { families.add(endpoint.service, endpoint.text, endpoint.state) }
    return families.all
  }

  private static func reloads(_ source: any AdminSource) -> [MetricFamily] {
    guard let state = source.reloads else { return [] }
    return [
      MetricFamily(
        "apus_config_reloads_total", .counter,
        help: "How often the configuration's file was loaded anew, by what came of it.",
        [
          .init(Double(state.adopted), [("result", "used")]),
          .init(Double(state.refused), [("result", "refused")]),
        ]),
      MetricFamily(
        "apus_config_in_effect", .gauge,
        help: "1 while what the configuration's file says is in effect, 0 while a former one goes on.",
        [.init(state.faults.isEmpty ? 1 : 0)]),
    ] + (source.centreState.map(centre) ?? [])
  }

  private static func centre(_ state: CentreState) -> [MetricFamily] {
    [
      MetricFamily(
        "apus_config_source_up", .gauge,
        help: "Whether the configuration that lives in etcd or Kubernetes can be followed.",
        [.init(state.fault == nil ? 1 : 0)])
    ]
  }

  private static func process(_ source: any AdminSource) -> [MetricFamily] {
    let status = source.status
    let version: [(name: StaticString, value: String)] = [("version", status.version)]
    return [
      MetricFamily(
        "apus_build_info", .gauge, help: "Always 1; the version stands in the label.",
        [.init(1, version)]),
      MetricFamily(
        "apus_start_time_seconds", .gauge, help: "When the process began to serve, in seconds since 1970.",
        [.init(Double(status.startedAt / 1_000_000) / 1_000)]),
      MetricFamily(
        "apus_ready", .gauge, help: "1 while requests are served, 0 before and while draining.",
        [.init(status.phase == .serving ? 1 : 0)]),
      MetricFamily(
        "apus_workers", .gauge, help: "Threads that serve.", [.init(Double(source.metrics.count))]),
      MetricFamily(
        "apus_snapshot_version", .gauge, help: "Version of the mesh in effect.",
        [.init(Double(source.snapshot.version))]),
    ]
  }
}

/// Gauges of shared state, gathered service by service.
private struct ServiceFamilies {
  private var breakers: [MetricFamily.Sample] = []
  private var transitions: [MetricFamily.Sample] = []
  private var limits: [MetricFamily.Sample] = []
  private var used: [MetricFamily.Sample] = []
  private var active: [MetricFamily.Sample] = []
  private var connections: [MetricFamily.Sample] = []

  var all: [MetricFamily] {
    [
      MetricFamily(
        "apus_service_breaker_state", .gauge, help: "1 for the state that the service's breaker is in.",
        breakers),
      MetricFamily(
        "apus_service_breaker_transitions_total", .counter, help: "How often the breaker went into a state.",
        transitions),
      MetricFamily("apus_service_limit", .gauge, help: "What may be in use at a time.", limits),
      MetricFamily(
        "apus_service_limit_used", .gauge, help: "What is in use of a limit, over all workers.", used),
      MetricFamily(
        "apus_endpoint_active_requests", .gauge, help: "Requests that the endpoint is answering now.", active),
      MetricFamily(
        "apus_endpoint_connections", .gauge, help: "Connections to the endpoint, open or being opened.",
        connections),
    ]
  }

  mutating func add(_ list: EndpointList) {
    let service = list.service
    if let breaker = service.state.breaker {
      for state in BreakerState.allCases {
        let labels: [(name: StaticString, value: String)] = [
          ("service", service.name), ("state", ServicesPage.name(of: state)),
        ]
        breakers.append(.init(breaker.state == state ? 1 : 0, labels))
        transitions.append(.init(Double(breaker.transitions(to: state)), labels))
      }
    }
    let state = service.state
    for (name, limit) in [
      ("connections", state.connections), ("pending_requests", state.pending), ("requests", state.requests),
      ("retries", state.retries),
    ] {
      let labels: [(name: StaticString, value: String)] = [("service", service.name), ("limit", name)]
      limits.append(.init(limit.maximum == .max ? .infinity : Double(limit.maximum), labels))
      used.append(.init(Double(limit.current), labels))
    }
    for endpoint in list.endpoints { add(service.name, endpoint.text, endpoint.state) }
    for unused in list.discovery?.unused ?? [] where unused.state.isBusy {
      add(service.name, unused.endpoint.address.description, unused.state)
    }
  }

  mutating func add(_ service: String, _ endpoint: String, _ state: EndpointState) {
    let labels: [(name: StaticString, value: String)] = [("service", service), ("endpoint", endpoint)]
    active.append(.init(Double(state.active.value), labels))
    connections.append(.init(Double(state.connections.value), labels))
  }
}
