import HTTP
import Primitives
import Reactor
import Telemetry
import Testing

struct WorkerMetricsTests {
  private static let rules: [MetricsLayout.Rule] = [
    .init(route: "orders", rule: "0"), .init(route: "orders", rule: "1"), .init(route: "web", rule: "0"),
  ]
  private let layout = MetricsLayout(
    rules: rules, services: ["orders-v1", "web"],
    endpoints: [
      .init(service: "orders-v1", address: "10.0.0.5:80"), .init(service: "web", address: "10.0.0.6:80"),
    ])

  @Test func aRequestIsCountedForRuleServiceAndEndpoint() throws {
    let metrics = WorkerMetrics(layout: layout)
    metrics.requestFinished(rule: 2, service: 1, status: 503, nanoseconds: 2_000_000)
    metrics.attemptEnded(1, failed: true)
    metrics.requestFinished(rule: 2, service: 1, status: 200, nanoseconds: 1_000_000)
    metrics.attemptEnded(1, failed: false)
    metrics.attemptEnded(0, failed: true)
    metrics.attemptRetried(rule: 2, endpoint: 0)
    metrics.attemptRetried(rule: -1, endpoint: -1)
    metrics.endpointAnswered(0, nanoseconds: 100_000)
    metrics.endpointAnswered(0, nanoseconds: 11_000_000_000)
    metrics.endpointAnswered(1, nanoseconds: 100_001)
    var summary = MetricsSummary()
    summary.add(metrics)
    let rule = try #require(summary.rules.first { $0.name == Self.rules[2] })
    #expect(rule.requests.byClass == [0, 0, 1, 0, 0, 1])
    #expect(rule.requests.durations?.sum == 3_000_000)
    let web = try #require(summary.service(named: "web"))
    #expect(web.requests.total == 2)
    #expect(web.requests.durations?.count == 2)
    #expect(summary.service(named: "orders-v1")?.requests.durations == nil)
    #expect(summary.endpoints.map(\.requests) == [1, 2])
    #expect(summary.endpoints.map(\.failures) == [1, 1])
    #expect(summary.endpoints.map(\.retries) == [1, 0])
    #expect(summary.rules.map(\.retries) == [1, 0, 0, 1])
    #expect(summary.endpoints[0].answers.counts == [1] + Array(repeating: 0, count: 15) + [1])
    #expect(summary.endpoints[0].answers.sum == 11_000_100_000)
    #expect(summary.endpoints[1].answers.counts[...1] == [0, 1])
    #expect(summary.endpoints[1].answers.count == 1)
    #expect(summary.rules.filter { $0.requests.total > 0 }.count == 1)
  }

  @Test func requestsWithoutRouteHaveTheirOwnPlace() throws {
    let metrics = WorkerMetrics(layout: layout)
    metrics.requestFinished(rule: -1, service: -1, status: 404, nanoseconds: 10)
    metrics.requestFinished(rule: -1, service: -1, status: 0, nanoseconds: 10)
    metrics.requestFinished(rule: -1, service: -1, status: 999, nanoseconds: 10)
    var summary = MetricsSummary()
    summary.add(metrics)
    let none = try #require(summary.rules.first { $0.name == nil })
    #expect(none.requests.byClass == [2, 0, 0, 0, 1, 0])
    #expect(summary.rules.filter { $0.requests.total > 0 }.count == 1)
  }

  @Test func everyCounterHasItsOwnPlace() {
    let metrics = WorkerMetrics(layout: layout)
    for counter in WorkerCounter.allCases { metrics.add(counter, 1_000 + counter.rawValue) }
    for reason in ErrorReason.allCases { for _ in 0...reason.rawValue { metrics.add(reason) } }
    for error in HTTPError.allCases {
      for _ in 0...error.rawValue { metrics.add(refused: error, upstream: false) }
      metrics.add(refused: error, upstream: true)
    }
    for service in 0..<2 {
      for counter in ServiceCounter.allCases {
        metrics.add(counter, service: service, 10_000 * (service + 1) + counter.rawValue)
      }
      metrics.add(.retries, service: -1)
    }
    var summary = MetricsSummary()
    summary.add(metrics)
    for counter in WorkerCounter.allCases { #expect(summary[counter] == UInt64(1_000 + counter.rawValue)) }
    for reason in ErrorReason.allCases { #expect(summary[reason] == UInt64(reason.rawValue) + 1) }
    for error in HTTPError.allCases {
      #expect(summary.refused(error, upstream: false) == UInt64(error.rawValue) + 1)
      #expect(summary.refused(error, upstream: true) == 1)
    }
    for (index, service) in summary.services.enumerated() {
      for counter in ServiceCounter.allCases {
        #expect(service[counter] == UInt64(10_000 * (index + 1) + counter.rawValue))
      }
      #expect(service.requests.total == 0)
    }
    #expect(summary.rules.allSatisfy { $0.requests.total == 0 })
    #expect(summary.endpoints.allSatisfy { $0.requests == 0 && $0.failures == 0 && $0.answers.count == 0 })
  }

  /// A number that is another's now begins at zero; the sum over all services goes on.
  @Test func failedTLSStaysWithItsService() {
    let names = NumberTable<String>()
    var held = ["a", "b"].map { names.number(of: $0) }
    let metrics = WorkerMetrics(layout: MetricsLayout(services: names.view))
    metrics.add(failed: .expired, service: 0)
    metrics.add(failed: .expired, service: 1)
    held.removeFirst()
    held += ["c", "d"].map { names.number(of: $0) }
    metrics.adopt(MetricsLayout(services: names.view))
    metrics.add(failed: .revoked, service: 2)
    var summary = MetricsSummary()
    summary.add(metrics)
    #expect(summary.services.map(\.name) == ["c", "b", "d"])
    #expect(summary.services.map { $0.failed(.expired) } == [0, 1, 0])
    #expect(summary.services.map { $0.failed(.revoked) } == [0, 0, 1])
    #expect(summary.failed(.expired, upstream: true) == 2)
  }

  @Test func failedTLSStaysWithItsListener() {
    let names = NumberTable<String>()
    var held = ["a", "b"].map { names.number(of: $0) }
    let metrics = WorkerMetrics(layout: MetricsLayout(listeners: names.view))
    for number in 0...1 { metrics.add(failed: .expired, listener: number) }
    held.removeFirst()
    held += ["c", "d"].map { names.number(of: $0) }
    metrics.adopt(MetricsLayout(listeners: names.view))
    metrics.add(failed: .revoked, listener: 2)
    var summary = MetricsSummary()
    summary.add(metrics)
    #expect(summary.listeners.map(\.name) == ["c", "b", "d"])
    #expect(summary.listeners.map { $0.failed(.expired) } == [0, 1, 0])
    #expect(summary.listeners.map { $0.failed(.revoked) } == [0, 0, 1])
    #expect(summary.failed(.expired, upstream: false) == 2)
  }

  @Test func gaugesAddUpOverWorkersEvenWhereOneIsBelowZero() {
    // A connection counted up in one snapshot's metrics and down in the next one's.
    let (old, new) = (WorkerMetrics(layout: layout), WorkerMetrics(layout: layout))
    old.add(.downstreamConnections, 2)
    new.subtract(.downstreamConnections)
    old.add(.connectionsIdle, service: 1)
    new.subtract(.connectionsIdle, service: 1)
    var summary = MetricsSummary()
    summary.add(new)
    #expect(summary.gauge(.downstreamConnections) == -1)
    summary.add(old)
    #expect(summary.gauge(.downstreamConnections) == 1)
    #expect(summary.services[1].gauge(.connectionsIdle) == 0)
  }

  @Test func snapshotsAreJoinedByNameNotByIndex() {
    let later = MetricsLayout(rules: [.init(route: "web", rule: "0")], services: ["web"], endpoints: [])
    let (old, new) = (WorkerMetrics(layout: layout), WorkerMetrics(layout: later))
    old.requestFinished(rule: 2, service: 1, status: 200, nanoseconds: 1)
    old.attemptEnded(1, failed: false)
    new.requestFinished(rule: 0, service: 0, status: 200, nanoseconds: 1)
    var summary = MetricsSummary()
    summary.add(old)
    summary.add(new)
    #expect(summary.service(named: "web")?.requests.byClass[2] == 2)
    #expect(summary.rules.first { $0.name == Self.rules[2] }?.requests.durations?.count == 2)
    #expect(summary.services.count == 2)
    #expect(summary.rules.count == 4)
  }
}
