internal import Certificates
internal import Mesh
internal import Reactor
internal import Telemetry

/// How long certificates are valid, and what became of changed files.
extension MetricsPage {
  static func certificates(_ source: any AdminSource, now: Int64) -> [MetricFamily] {
    let state = source.certificates
    var samples: [MetricFamily.Sample] = []
    func add(_ owner: String, _ name: String, _ file: String, _ certificate: CertificateDescription) {
      let days = (Double(certificate.notAfter - now) / 864).rounded(.down) / 100
      let labels: [(name: StaticString, value: String)] = [("of", owner), ("name", name), ("file", file)]
      samples.append(.init(days, labels))
    }
    for listener in source.snapshot.listeners {
      guard let tls = listener.tls else { continue }
      for (one, files) in zip(tls.contexts.current.settings.certificates, tls.source.certificates) {
        add("listener", listener.name, files.certificate, one.description)
      }
    }
    for service in source.snapshot.services {
      guard let tls = service.tls, let files = tls.source.certificate,
        let one = tls.contexts.current.settings.certificate
      else { continue }
      add("service", service.name, files.certificate, one.description)
    }
    return [
      MetricFamily(
        "apus_tls_certificate_expiry_days", .gauge, help: "Days until a certificate expires.", samples),
      MetricFamily(
        "apus_tls_reloads_total", .counter,
        help: "TLS files that have changed, by whether they could be used.",
        [
          .init(Double(state.renewals), [("result", "used")]),
          .init(Double(state.failures), [("result", "refused")]),
        ]),
      MetricFamily(
        "apus_tls_files_refused", .gauge, help: "Listeners and services whose TLS files cannot be used now.",
        [.init(Double(state.problems.count))]),
    ]
  }
}
