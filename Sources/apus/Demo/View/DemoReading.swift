internal import Mesh
internal import Policy
internal import Primitives
internal import Telemetry

/// What is known of the proxy at one moment: the numbers that the view and the summary show.
struct DemoReading {
  struct Service {
    var name = ""
    var requests: UInt64 = 0
    var successes: UInt64 = 0
    var retries: UInt64 = 0
    /// Turned away because the breaker was open.
    var refused: UInt64 = 0
    var active = 0
    var breaker: BreakerState?
    var openings = 0
    var closings = 0
    var durations = Histogram()
    var endpoints: [Endpoint] = []

    var failures: UInt64 { requests - min(requests, successes) }
  }

  struct Endpoint {
    var address: String
    var requests: UInt64
    var failures: UInt64
  }

  var time: MonotonicTime
  var services: [Service]

  init(_ process: ProxyProcess, now: MonotonicTime) {
    time = now
    var summary = MetricsSummary()
    for metrics in process.metrics { summary.add(metrics) }
    services = process.snapshot.endpointLists.map { Service($0, summary) }
  }

  init(time: MonotonicTime, services: [Service]) {
    self.time = time
    self.services = services
  }
}

extension DemoReading.Service {
  init(_ list: EndpointList, _ summary: MetricsSummary) {
    let service = list.service
    name = service.name
    breaker = service.state.breaker?.state
    openings = service.state.breaker?.transitions(to: .open) ?? 0
    closings = service.state.breaker?.transitions(to: .closed) ?? 0
    active = list.endpoints.reduce(0) { $0 + $1.state.active.value }
    if let counted = summary.service(named: service.name) {
      requests = counted.requests.total
      successes = counted.requests.byClass[2]
      retries = counted[.retries]
      refused = counted[.rejectedBreaker]
      durations = counted.requests.durations ?? durations
    }
    let own = summary.endpoints.filter { $0.name.service == service.name }
    endpoints = own.map {
      DemoReading.Endpoint(address: $0.name.address, requests: $0.requests, failures: $0.failures)
    }
  }
}
