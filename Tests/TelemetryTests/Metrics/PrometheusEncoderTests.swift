import Foundation
import HTTP
import Policy
import Primitives
import Reactor
import Telemetry
import Testing

struct PrometheusEncoderTests {
  private func busy() -> MetricsSummary {
    let layout = MetricsLayout(
      rules: [.init(route: "orders", rule: "a \"quoted\"\\ rule\nof two lines")],
      services: ["orders-v1", "idle"],
      endpoints: [.init(service: "orders-v1", address: "10.0.0.5:80")],
      listeners: ["public", "inner"],
      authorizations: [
        .init(scope: "listener", name: "public", rule: ""),
        .init(scope: "listener", name: "public", rule: "web"),
      ])
    let metrics = WorkerMetrics(layout: layout)
    metrics.requestFinished(rule: 0, service: 0, status: 200, nanoseconds: 500_000)
    metrics.attemptEnded(0, failed: false)
    metrics.requestFinished(rule: 0, service: 0, status: 200, nanoseconds: 500_001)
    metrics.attemptEnded(0, failed: false)
    metrics.requestFinished(rule: 0, service: 0, status: 503, nanoseconds: 12_000_000_000)
    metrics.attemptEnded(0, failed: true)
    metrics.requestFinished(rule: -1, service: -1, status: 404, nanoseconds: 1)
    metrics.attemptEnded(0, failed: true)
    metrics.attemptRetried(rule: 0, endpoint: 0)
    metrics.endpointAnswered(0, nanoseconds: 240_000)
    metrics.endpointAnswered(0, nanoseconds: 3_000_000)
    metrics.decided(AuthorizationVerdict(.denied, slot: 0))
    metrics.decided(AuthorizationVerdict(.wouldDeny, slot: 1))
    metrics.decided(AuthorizationVerdict(.wouldDeny, slot: 1))
    metrics.requestFinished(peer: layout.peers.slot(of: "spiffe://prod/web"), status: 204)
    metrics.requestFinished(peer: PeerTable.others, status: 0)
    metrics.add(.noRoute)
    metrics.add(refused: .lengthWithTransferCoding, upstream: true)
    metrics.add(refused: .transferCodingInHTTP10, upstream: false)
    metrics.add(failed: .expired, listener: 0)
    metrics.add(failed: .expired, listener: -1)
    metrics.add(failed: .wrongName, service: 0)
    metrics.add(failed: .wrongName, service: 0)
    metrics.add(failed: .reset, service: -1)
    metrics.add(.retrySkippedBody, service: 0)
    metrics.add(.connectionsActive, service: 0, 3)
    metrics.add(.connectionsIdle, service: 0)
    var summary = MetricsSummary()
    summary.add(metrics)
    return summary
  }

  private let families = [
    MetricFamily(
      "apus_service_breaker_state", .gauge, help: "0 closed, 1 half-open, 2 open.",
      [.init(2, [("service", "orders-v1")]), .init(0.5, [("service", "idle")])]),
    MetricFamily("apus_build_info", .gauge, help: "The version.", [.init(1, [("version", "1.0")])]),
  ]

  @Test func promtoolFindsNothingToSay() throws {
    try #require(
      FileManager.default.isExecutableFile(atPath: "/usr/bin/promtool"), "Debian's package prometheus")
    let page = bytes { PrometheusEncoder.append(busy(), families, to: &$0) }
    let result = try run("/usr/bin/promtool", ["check", "metrics"], input: page)
    #expect(result.status == 0)
    #expect(result.output.isEmpty, "\(result.output)")
  }

  @Test func promtoolTakesAnEmptyPageOfFamilies() throws {
    let page = bytes { PrometheusEncoder.append(MetricsSummary(), to: &$0) }
    let result = try run("/usr/bin/promtool", ["check", "metrics"], input: page)
    #expect(result.status == 0 && result.output.isEmpty, "\(result.output)")
  }

  /// Services and listeners that have none of them have no line.
  @Test func failedTLSIsCountedByServiceAndListener() {
    let page = text { PrometheusEncoder.append(busy(), to: &$0) }
    #expect(
      page.split(separator: "\n").filter { $0.contains("tls_failures_total{") } == [
        #"apus_tls_failures_total{peer="client",reason="certificate_expired"} 2"#,
        #"apus_tls_failures_total{peer="endpoint",reason="wrong_name"} 2"#,
        #"apus_tls_failures_total{peer="endpoint",reason="reset"} 1"#,
        #"apus_service_tls_failures_total{service="orders-v1",reason="wrong_name"} 2"#,
        #"apus_listener_tls_failures_total{listener="public",reason="certificate_expired"} 1"#,
      ])
  }

  @Test func histogramIsCumulativeAndExact() {
    let page = text { PrometheusEncoder.append(busy(), to: &$0) }
    let labels = #"service="orders-v1""#
    let name = "apus_service_request_duration_seconds"
    #expect(page.contains("\(name)_bucket{\(labels),le=\"0.0005\"} 1\n"))
    #expect(page.contains("\(name)_bucket{\(labels),le=\"0.001\"} 2\n"))
    #expect(page.contains("\(name)_bucket{\(labels),le=\"10\"} 2\n"))
    #expect(page.contains("\(name)_bucket{\(labels),le=\"+Inf\"} 3\n"))
    #expect(page.contains("\(name)_sum{\(labels)} 12.001000001\n"))
    #expect(page.contains("\(name)_count{\(labels)} 3\n"))
  }

  @Test func anEndpointsAnswersAndRetriesAreShown() {
    let page = text { PrometheusEncoder.append(busy(), to: &$0) }
    let labels = #"service="orders-v1",endpoint="10.0.0.5:80""#
    let name = "apus_endpoint_response_seconds"
    #expect(page.contains("\(name)_bucket{\(labels),le=\"0.0001\"} 0\n"))
    #expect(page.contains("\(name)_bucket{\(labels),le=\"0.00025\"} 1\n"))
    #expect(page.contains("\(name)_bucket{\(labels),le=\"0.0025\"} 1\n"))
    #expect(page.contains("\(name)_bucket{\(labels),le=\"0.005\"} 2\n"))
    #expect(page.contains("\(name)_sum{\(labels)} 0.00324\n"))
    #expect(page.contains("\(name)_count{\(labels)} 2\n"))
    #expect(page.contains("apus_endpoint_retries_total{\(labels)} 1\n"))
    #expect(page.contains("apus_retries_total{route=\"orders\",rule=\"a "))
    #expect(!page.contains("apus_retries_total{route=\"\""))
  }

  @Test func countersAndEscapes() {
    let page = text { PrometheusEncoder.append(busy(), families, to: &$0) }
    #expect(
      page.contains(
        #"apus_requests_total{route="orders",rule="a \"quoted\"\\ rule\nof two lines",status="2xx"} 2"# + "\n"
      ))
    #expect(page.contains("apus_requests_total{route=\"\",rule=\"\",status=\"4xx\"} 1\n"))
    #expect(
      page.contains(
        "apus_refused_messages_total{from=\"endpoint\",rule=\"length_with_transfer_coding\"} 1\n"))
    #expect(
      page.contains("apus_refused_messages_total{from=\"client\",rule=\"transfer_coding_in_http10\"} 1\n"))
    #expect(page.contains("apus_errors_total{reason=\"no_route\"} 1\n"))
    let decisions = "apus_authorization_decisions_total{scope=\"listener\",name=\"public\","
    #expect(page.contains(decisions + "rule=\"\",decision=\"denied\"} 1\n"))
    #expect(page.contains(decisions + "rule=\"web\",decision=\"would_deny\"} 2\n"))
    #expect(!page.contains("decision=\"allowed\""))
    #expect(page.contains("apus_peer_requests_total{identity=\"spiffe://prod/web\",status=\"2xx\"} 1\n"))
    #expect(page.contains("apus_peer_requests_total{identity=\"others\",status=\"none\"} 1\n"))
    #expect(
      page.contains("apus_service_retries_skipped_total{service=\"orders-v1\",reason=\"body_too_large\"} 1\n")
    )
    #expect(page.contains("apus_service_connections{service=\"orders-v1\",state=\"active\"} 2\n"))
    #expect(page.contains("apus_service_connections{service=\"orders-v1\",state=\"idle\"} 1\n"))
    #expect(page.contains("apus_service_breaker_state{service=\"orders-v1\"} 2\n"))
    #expect(page.contains("apus_service_breaker_state{service=\"idle\"} 0.5\n"))
  }

  @Test func noSeriesStandsTwice() {
    let page = text { PrometheusEncoder.append(busy(), families, to: &$0) }
    let series = page.split(separator: "\n").filter { !$0.hasPrefix("#") }.map { $0.prefix { $0 != "}" } }
    #expect(Set(series).count == series.count)
  }
}
