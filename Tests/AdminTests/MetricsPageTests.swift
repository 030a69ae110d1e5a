import Admin
import Foundation
import Mesh
import Policy
import Primitives
import Telemetry
import Testing

@Suite struct MetricsPageTests {
  @Test func writesPrometheusFormat() throws {
    let browser = try Browser()
    for metrics in browser.mesh.metrics {
      metrics.requestFinished(rule: 0, service: 0, status: 200, nanoseconds: 2_000_000)
      metrics.attemptEnded(1, failed: false)
    }
    browser.mesh.openBreaker()
    let answer = try browser.ask("/metrics")
    #expect(answer.type == "text/plain; version=0.0.4; charset=utf-8")
    let lines = Set(answer.body.split(separator: "\n").map(String.init))
    for line in [
      "apus_build_info{version=\"1.2.3\"} 1",
      "apus_start_time_seconds 1700000000.5",
      "apus_ready 1",
      "apus_workers 2",
      "apus_snapshot_version 7",
      "apus_service_requests_total{service=\"orders\",status=\"2xx\"} 2",
      "apus_service_breaker_state{service=\"orders\",state=\"open\"} 1",
      "apus_service_breaker_state{service=\"orders\",state=\"closed\"} 0",
      "apus_service_breaker_transitions_total{service=\"orders\",state=\"open\"} 1",
      "apus_service_limit{service=\"orders\",limit=\"pending_requests\"} 1024",
      "apus_endpoint_active_requests{service=\"orders\",endpoint=\"10.0.0.1:80\"} 0",
    ] {
      #expect(lines.contains(line), "\(line)")
    }
  }

  /// `configs/metrics.md` explains each, and none that is not there.
  @Test func everyMetricIsInTheReference() throws {
    let browser = try Browser()
    browser.mesh.reloads = ReloadState()
    browser.mesh.centreState = CentreState(place: "etcd:/apus.yaml")
    browser.mesh.keepingProblems = []
    var source = SourceState(.dns, since: MonotonicTime(nanoseconds: 0))
    _ = source.recovered(now: MonotonicTime(nanoseconds: 0))
    browser.mesh.sources = [source]
    let page = try browser.ask("/metrics").body
    let shown = Set(page.matches(of: #/TYPE (\w+) (?:counter|gauge|histogram)/#).map { String($0.1) })
    let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
    let reference = try String(contentsOfFile: "/\(root)/configs/metrics.md", encoding: .utf8)
    let rows = reference.split(separator: "\n").filter { $0.hasPrefix("| `apus_") }
    let explained = rows.flatMap { row in
      row.split(separator: "|")[0].matches(of: /`(apus_\w+)`/).map { String($0.1) }
    }
    // These are there with issuers of tokens, which this mesh has not.
    let keySets = ["apus_key_set_age_seconds", "apus_key_set_fetches_total", "apus_key_set_keys"]
    #expect(explained.sorted() == (shown + keySets).sorted())
  }

  @Test func isNotReadyWhileDraining() throws {
    let browser = try Browser()
    browser.mesh.phase = .draining
    #expect(try browser.ask("/metrics").body.contains("\napus_ready 0\n"))
  }
}
