internal import HTTP
internal import Primitives

extension PrometheusEncoder {
  private static let classes = ["none", "1xx", "2xx", "3xx", "4xx", "5xx"]

  static func appendWorker(_ summary: MetricsSummary, to buffer: inout ByteBuffer) {
    func counter(_ name: StaticString, _ help: StaticString, _ counter: WorkerCounter) {
      head(name, "counter", help, to: &buffer)
      line(name, [], summary[counter], to: &buffer)
    }
    func gauge(_ name: StaticString, _ help: StaticString, _ counter: WorkerCounter) {
      head(name, "gauge", help, to: &buffer)
      line(name, [], gauge: summary.gauge(counter), to: &buffer)
    }
    counter("apus_downstream_connections_total", "Connections accepted from clients.", .accepted)
    counter(
      "apus_downstream_connections_refused_total", "Connections closed at once for a limit.",
      .refusedConnections)
    counter(
      "apus_downstream_refused_streams_total", "Requests of HTTP/2 that were refused (REFUSED_STREAM).",
      .refusedStreams)
    let exhausted: StaticString = "apus_out_of_descriptors_total"
    head(exhausted, "counter", "Times that no file descriptor was left, by what it was for.", to: &buffer)
    for (purpose, counter) in [("accept", WorkerCounter.acceptExhausted), ("connect", .connectExhausted)] {
      line(exhausted, [("for", purpose)], summary[counter], to: &buffer)
    }
    gauge("apus_downstream_connections", "Connections from clients open now.", .downstreamConnections)
    counter("apus_downstream_received_bytes_total", "Bytes read from clients.", .downstreamBytesReceived)
    counter("apus_downstream_sent_bytes_total", "Bytes written to clients.", .downstreamBytesSent)
    counter("apus_upstream_received_bytes_total", "Bytes read from endpoints.", .upstreamBytesReceived)
    counter("apus_upstream_sent_bytes_total", "Bytes written to endpoints.", .upstreamBytesSent)
    gauge("apus_exchanges", "Exchanges in flight now.", .exchanges)
    gauge("apus_tunnels", "Tunnels open now.", .tunnels)
    counter("apus_event_loop_turns_total", "Turns of the workers' event loops.", .loopTurns)
    counter("apus_access_log_dropped_lines_total", "Access log lines dropped.", .accessLogDropped)
    counter("apus_spans_dropped_total", "Recorded spans dropped before an exporter took them.", .spansDropped)
    let tokens: StaticString = "apus_tokens_total"
    head(
      tokens, "counter", "Bearer tokens by what became of them; known ones were verified before.", to: &buffer
    )
    for (result, counter) in [
      ("verified", WorkerCounter.tokensVerified), ("known", .tokensKnown), ("refused", .tokensRefused),
    ] { line(tokens, [("result", result)], summary[counter], to: &buffer) }
    let name: StaticString = "apus_errors_total"
    head(name, "counter", "Exchanges that ended for a reason of the proxy's own.", to: &buffer)
    for reason in ErrorReason.allCases where reason != .none {
      line(name, [("reason", reason.name.description)], summary[reason], to: &buffer)
    }
    appendRefused(summary, to: &buffer)
    appendRefusedConnections(summary, to: &buffer)
    appendTLS(summary, to: &buffer)
  }

  private static func appendRefused(_ summary: MetricsSummary, to buffer: inout ByteBuffer) {
    let name: StaticString = "apus_refused_messages_total"
    head(name, "counter", "Messages that broke a rule of HTTP, by the rule.", to: &buffer)
    for error in HTTPError.allCases {
      for upstream in [false, true] where summary.refused(error, upstream: upstream) > 0 {
        let labels: [Label] = [("from", upstream ? "endpoint" : "client"), ("rule", error.rule)]
        line(name, labels, summary.refused(error, upstream: upstream), to: &buffer)
      }
    }
  }

  private static func appendRefusedConnections(_ summary: MetricsSummary, to buffer: inout ByteBuffer) {
    let name: StaticString = "apus_refused_http2_connections_total"
    head(name, "counter", "HTTP/2 connections ended with GOAWAY, by the rule that was broken.", to: &buffer)
    for error in HTTP2ConnectionError.allCases {
      for upstream in [false, true] where summary.refused(error, upstream: upstream) > 0 {
        let labels: [Label] = [("from", upstream ? "endpoint" : "client"), ("rule", error.rule)]
        line(name, labels, summary.refused(error, upstream: upstream), to: &buffer)
      }
    }
  }

  static func appendRules(_ summary: MetricsSummary, to buffer: inout ByteBuffer) {
    func labels(_ rule: MetricsSummary.Rule) -> [Label] {
      [("route", rule.name?.route ?? ""), ("rule", rule.name?.rule ?? "")]
    }
    requests(
      "apus_requests_total", "Requests by route, rule and class of status.",
      summary.rules.map { (labels($0), $0.requests) }, to: &buffer)
    durations(
      "apus_request_duration_seconds", "Whole length of exchanges by route and rule.",
      summary.rules.map { (labels($0), $0.requests) }, to: &buffer)
    let retries: StaticString = "apus_retries_total"
    head(retries, "counter", "Attempts after the first by route and rule.", to: &buffer)
    for rule in summary.rules where rule.retries > 0 {
      line(retries, labels(rule), rule.retries, to: &buffer)
    }
  }

  /// Codes that never came are left out.
  private static func calls(_ summary: MetricsSummary, to buffer: inout ByteBuffer) {
    let name: StaticString = "apus_service_grpc_calls_total"
    head(name, "counter", "gRPC calls by service and code.", to: &buffer)
    for service in summary.services {
      for code in GRPCCode.allCases where service[code] > 0 {
        line(name, [("service", service.name), ("code", code.name.description)], service[code], to: &buffer)
      }
    }
  }

  private static func connections(_ summary: MetricsSummary, to buffer: inout ByteBuffer) {
    let name: StaticString = "apus_service_connections"
    head(name, "gauge", "Connections to endpoints now, in use or being opened, and idle.", to: &buffer)
    for service in summary.services {
      for (state, count) in [("active", service.connectionsInUse), ("idle", service.gauge(.connectionsIdle))]
      {
        line(name, [("service", service.name), ("state", state)], gauge: count, to: &buffer)
      }
    }
  }

  static func appendServices(_ summary: MetricsSummary, to buffer: inout ByteBuffer) {
    let services = summary.services.map { ([("service", $0.name)] as [Label], $0.requests) }
    requests(
      "apus_service_requests_total", "Requests by service and class of status.", services, to: &buffer)
    durations(
      "apus_service_request_duration_seconds", "Whole length of exchanges by service.", services, to: &buffer)
    calls(summary, to: &buffer)
    func family(
      _ name: StaticString, _ help: StaticString, label: StaticString,
      _ counters: [(String, ServiceCounter)], gauge: Bool = false
    ) {
      head(name, gauge ? "gauge" : "counter", help, to: &buffer)
      for service in summary.services {
        for (value, counter) in counters {
          let labels: [Label] = [("service", service.name)] + (value.isEmpty ? [] : [(label, value)])
          line(name, labels, gauge: service.gauge(counter), to: &buffer)
        }
      }
    }
    family("apus_service_retries_total", "Attempts after the first.", label: "", [("", .retries)])
    family(
      "apus_service_stale_connection_replays_total", "Replays because a kept-alive connection had closed.",
      label: "",
      [("", .staleConnectionReplays)])
    family(
      "apus_service_retries_skipped_total",
      "Failed attempts that were not retried, by what stood against it.",
      label: "reason",
      [
        ("body_too_large", .retrySkippedBody), ("limit", .retrySkippedLimit),
        ("not_safe", .retrySkippedUnsafe),
        ("deadline", .retrySkippedDeadline), ("attempts", .retrySkippedAttempts),
        ("retry_after_too_long", .retrySkippedRetryAfter),
      ])
    family(
      "apus_service_rejected_total", "Requests turned away without an attempt.", label: "reason",
      [
        ("breaker_open", .rejectedBreaker), ("requests", .rejectedRequests), ("pending", .rejectedPending),
        ("no_endpoint", .rejectedNoEndpoint),
      ])
    family(
      "apus_service_connections_total", "Connections made to endpoints.", label: "",
      [("", .connectionsCreated)])
    family(
      "apus_service_connect_failures_total", "Connections to endpoints that could not be made.",
      label: "reason",
      [
        ("refused", .connectRefused), ("failed", .connectFailed), ("timeout", .connectTimeout),
        ("out_of_descriptors", .connectExhausted),
      ])
    family(
      "apus_service_timeouts_total", "Attempts ended by a timer.", label: "timeout",
      [("request", .requestTimeout), ("per_try", .perTryTimeout), ("idle", .idleTimeout)])
    family(
      "apus_service_broken_responses_total", "Attempts ended by the endpoint without a whole answer.",
      label: "reason",
      [("reset", .resets), ("truncated", .truncated), ("protocol", .protocolErrors)])
    connections(summary, to: &buffer)
    family(
      "apus_service_pending_requests", "Exchanges waiting for a connection now.", label: "", [("", .pending)],
      gauge: true)
  }

  /// Series that never counted are left out, so that many routes do not make a long page.
  static func requests(
    _ name: StaticString, _ help: StaticString, _ all: [([Label], MetricsSummary.Requests)],
    to buffer: inout ByteBuffer
  ) {
    head(name, "counter", help, to: &buffer)
    for (labels, requests) in all {
      for (index, count) in requests.byClass.enumerated() where count > 0 {
        line(name, labels + [("status", classes[index])], count, to: &buffer)
      }
    }
  }

  private static func durations(
    _ name: StaticString, _ help: StaticString, _ all: [([Label], MetricsSummary.Requests)],
    to buffer: inout ByteBuffer
  ) {
    head(name, "histogram", help, to: &buffer)
    for (labels, requests) in all {
      if let durations = requests.durations { lines(name, labels, ExposedHistogram(durations), to: &buffer) }
    }
  }
}
