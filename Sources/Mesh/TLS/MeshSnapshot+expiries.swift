internal import Certificates
internal import Identity
internal import Reactor

extension MeshSnapshot {
  /// What is in use at present and will have to be renewed, listeners first. What does not say when it ends is left out,
  /// and so are the system's authorities, which nobody renews here.
  public var expiries: [TLSExpiry] {
    var all: [TLSExpiry] = []
    for listener in listeners {
      guard let tls = listener.tls else { continue }
      let settings = tls.contexts.current.settings
      let found = Expiries(owner: "listener", name: listener.name)
      all += zip(settings.certificates, tls.source.certificates).flatMap { found.of($0, $1) }
      all += found.of(settings.trust, tls.source.trust)
    }
    for service in services {
      if let tls = service.tls { all += Self.expiries(of: tls, "service", service.name) }
    }
    for set in keySets {
      if let tls = set.tls { all += Self.expiries(of: tls, "key set", set.provider.name) }
    }
    for member in self.settings.etcd?.members ?? [] {
      if let tls = member.tls { all += Self.expiries(of: tls, "etcd", "\(member.url)") }
    }
    return all
  }

  private static func expiries(of tls: ServiceTLS, _ owner: String, _ name: String) -> [TLSExpiry] {
    let settings = tls.contexts.current.settings
    let found = Expiries(owner: owner, name: name)
    var all: [TLSExpiry] = []
    if let certificate = settings.certificate, let files = tls.source.certificate {
      all += found.of(certificate, files)
    }
    return all + found.of(settings.trust, tls.source.trust)
  }
}

/// Collects what one owner uses.
private struct Expiries {
  let owner: String
  let name: String

  func of(_ certificate: TLSCertificate, _ files: CertificateFiles) -> [TLSExpiry] {
    var all = [one(.certificate, files.certificate, certificate.description.period)]
    if let file = files.ocsp, let response = certificate.response, response.period.end != .max {
      all.append(one(.response, file, response.period))
    }
    return all
  }

  func of(_ trust: TLSTrust?, _ files: TrustFiles?) -> [TLSExpiry] {
    var all: [TLSExpiry] = []
    for (bundle, file) in zip(trust?.bundles ?? [], files?.authorities ?? []) {
      if let first = bundle.map(\.period).min(by: { $0.end < $1.end }) {
        all.append(one(.trust, file, first))
      }
    }
    for (period, file) in zip(trust?.revocations ?? [], files?.revocations ?? []) where period.end != .max {
      all.append(one(.revocations, file, period))
    }
    return all
  }

  private func one(_ kind: TLSExpiry.Kind, _ file: String, _ period: ValidityPeriod) -> TLSExpiry {
    TLSExpiry(kind: kind, owner: owner, name: name, file: file, period: period)
  }
}
