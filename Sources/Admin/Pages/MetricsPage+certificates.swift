internal import Certificates
internal import Mesh
internal import Telemetry

/// How long certificates, authorities and CRLs are valid, and what became of changed files.
extension MetricsPage {
  static func certificates(_ source: any AdminSource, now: Int64) -> [MetricFamily] {
    let state = source.certificates
    let expiries = source.snapshot.expiries
    return TLSExpiry.Kind.allCases.map { kind in
      MetricFamily(
        kind.family, .gauge, help: kind.help, expiries.filter { $0.kind == kind }.map { sample($0, now) })
    } + [
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

  private static func sample(_ expiry: TLSExpiry, _ now: Int64) -> MetricFamily.Sample {
    let labels: [(name: StaticString, value: String)] = [
      ("of", expiry.owner), ("name", expiry.name), ("file", expiry.file),
    ]
    return .init(Double(expiry.period.end - now), labels)
  }
}

extension TLSExpiry.Kind {
  fileprivate var family: StaticString {
    switch self {
    case .certificate: "apus_tls_certificate_expiry_seconds"
    case .trust: "apus_tls_trust_expiry_seconds"
    case .revocations: "apus_tls_crl_expiry_seconds"
    case .response: "apus_tls_ocsp_response_expiry_seconds"
    }
  }

  fileprivate var help: StaticString {
    switch self {
    case .certificate: "Seconds until a certificate expires."
    case .trust: "Seconds until the first authority of a trusted file expires."
    case .revocations: "Seconds until the first CRL of a file is overdue."
    case .response: "Seconds until an OCSP response is overdue, and no client is shown it any more."
    }
  }
}
