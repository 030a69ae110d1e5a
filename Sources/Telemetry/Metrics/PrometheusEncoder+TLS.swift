internal import Primitives
internal import Reactor

extension PrometheusEncoder {
  static func appendTLS(_ summary: MetricsSummary, to buffer: inout ByteBuffer) {
    let done: StaticString = "apus_tls_handshakes_total"
    head(
      done, "counter", "TLS handshakes by the other side and by whether a session was resumed.", to: &buffer)
    let counters: [(peer: String, kind: String, WorkerCounter)] = [
      ("client", "full", .handshakesFull), ("client", "resumed", .handshakesResumed),
      ("endpoint", "full", .upstreamHandshakesFull), ("endpoint", "resumed", .upstreamHandshakesResumed),
    ]
    for (peer, kind, counter) in counters {
      line(done, [("peer", peer), ("kind", kind)], summary[counter], to: &buffer)
    }
    let failed: StaticString = "apus_tls_failures_total"
    head(failed, "counter", "TLS handshakes and connections that failed, by reason.", to: &buffer)
    for reason in TLSFailure.Reason.allCases {
      for upstream in [false, true] where summary.failed(reason, upstream: upstream) > 0 {
        let labels: [Label] = [
          ("peer", upstream ? "endpoint" : "client"), ("reason", reason.name.description),
        ]
        line(failed, labels, summary.failed(reason, upstream: upstream), to: &buffer)
      }
    }
    let byService: StaticString = "apus_service_tls_failures_total"
    head(byService, "counter", "TLS with endpoints that failed, by service and reason.", to: &buffer)
    for service in summary.services {
      for reason in TLSFailure.Reason.allCases where service.failed(reason) > 0 {
        line(
          byService, [("service", service.name), ("reason", reason.name.description)],
          service.failed(reason), to: &buffer)
      }
    }
    let byListener: StaticString = "apus_listener_tls_failures_total"
    head(byListener, "counter", "TLS with clients that failed, by listener and reason.", to: &buffer)
    for listener in summary.listeners {
      for reason in TLSFailure.Reason.allCases where listener.failed(reason) > 0 {
        line(
          byListener, [("listener", listener.name), ("reason", reason.name.description)],
          listener.failed(reason), to: &buffer)
      }
    }
    let now: StaticString = "apus_tls_handshakes"
    head(now, "gauge", "Clients' TLS handshakes under way now.", to: &buffer)
    line(now, [], gauge: summary.gauge(.handshakes), to: &buffer)
    let plain: StaticString = "apus_tls_on_plain_listener_total"
    head(plain, "counter", "Connections that began with TLS where plain HTTP is spoken.", to: &buffer)
    line(plain, [], summary[.tlsOnPlainListener], to: &buffer)
  }
}
