internal import Certificates
internal import Mesh
internal import Reactor
internal import Telemetry

/// How long certificates, authorities and CRLs are valid, and what became of changed files.
extension MetricsPage {
  static func certificates(_ source: any AdminSource, now: Int64) -> [MetricFamily] {
    let state = source.certificates
    var certificates = Expiries(now: now)
    var trust = Expiries(now: now)
    var revocations = Expiries(now: now)
    for listener in source.snapshot.listeners {
      guard let tls = listener.tls else { continue }
      let settings = tls.contexts.current.settings
      for (one, files) in zip(settings.certificates, tls.source.certificates) {
        certificates.add("listener", listener.name, files.certificate, one.description.notAfter)
      }
      trust.add("listener", listener.name, settings.trust, tls.source.trust)
      revocations.addRevocations("listener", listener.name, settings.trust, tls.source.trust)
    }
    for service in source.snapshot.services {
      guard let tls = service.tls else { continue }
      let settings = tls.contexts.current.settings
      if let files = tls.source.certificate, let one = settings.certificate {
        certificates.add("service", service.name, files.certificate, one.description.notAfter)
      }
      trust.add("service", service.name, settings.trust, tls.source.trust)
      revocations.addRevocations("service", service.name, settings.trust, tls.source.trust)
    }
    return [
      MetricFamily(
        "apus_tls_certificate_expiry_days", .gauge, help: "Days until a certificate expires.",
        certificates.samples),
      MetricFamily(
        "apus_tls_trust_expiry_days", .gauge,
        help: "Days until the first authority of a trusted file expires.", trust.samples),
      MetricFamily(
        "apus_tls_crl_expiry_days", .gauge, help: "Days until the first CRL of a file is overdue.",
        revocations.samples),
      MetricFamily(
        "apus_tls_reloads_total", .counter,
        help: "TLS files that have changed, by whether they could be used.",
        [
          .init(Double(state.renewals), [("result", "used")]),
          .init(Double(state.failures), [("result", "refused")]),
        ]),
      MetricFamily(
        "apus_tls_files_refused", .gauge,
        help: "Listeners and services of whose TLS files some cannot be used now.",
        [.init(Double(state.problems.count))]),
    ]
  }

  private struct Expiries {
    /// Seconds since 1970.
    let now: Int64
    var samples: [MetricFamily.Sample] = []

    init(now: Int64) { self.now = now }

    mutating func add(_ owner: String, _ name: String, _ file: String, _ end: Int64) {
      let days = (Double(end - now) / 864).rounded(.down) / 100
      let labels: [(name: StaticString, value: String)] = [("of", owner), ("name", name), ("file", file)]
      samples.append(.init(days, labels))
    }

    mutating func add(_ owner: String, _ name: String, _ trust: TLSTrust?, _ files: TrustFiles?) {
      for (bundle, file) in zip(trust?.bundles ?? [], files?.authorities ?? []) {
        if let first = bundle.map(\.notAfter).min() { add(owner, name, file, first) }
      }
    }

    mutating func addRevocations(_ owner: String, _ name: String, _ trust: TLSTrust?, _ files: TrustFiles?) {
      for (end, file) in zip(trust?.revocationEnds ?? [], files?.revocations ?? []) where end != .max {
        add(owner, name, file, end)
      }
    }
  }
}
