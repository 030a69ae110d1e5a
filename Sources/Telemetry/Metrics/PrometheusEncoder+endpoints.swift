internal import Primitives

extension PrometheusEncoder {
  static func appendEndpoints(_ summary: MetricsSummary, to buffer: inout ByteBuffer) {
    let endpoints = summary.endpoints.map {
      ([("service", $0.name.service), ("endpoint", $0.name.address)] as [Label], $0)
    }
    func family(_ name: StaticString, _ help: StaticString, _ value: (MetricsSummary.Endpoint) -> UInt64) {
      head(name, "counter", help, to: &buffer)
      for (labels, endpoint) in endpoints { line(name, labels, value(endpoint), to: &buffer) }
    }
    family("apus_endpoint_requests_total", "Attempts sent to an endpoint, or that found no way to it.") {
      $0.requests
    }
    family("apus_endpoint_failures_total", "Attempts that an endpoint failed, or answered 5xx.") {
      $0.failures
    }
    family("apus_endpoint_retries_total", "Attempts at an endpoint that another followed.") { $0.retries }
    let name: StaticString = "apus_endpoint_response_seconds"
    head(
      name, "histogram",
      "From the sending of a request to the head of the answer; attempts without an answer are not in it.",
      to: &buffer)
    for (labels, endpoint) in endpoints where endpoint.answers.count > 0 {
      lines(name, labels, endpoint.answers, to: &buffer)
    }
  }
}
