internal import Certificates
internal import Identity
internal import Mesh
internal import Reactor

/// What is unwise about a file that can be used: told when the configuration is read, and again when the file has changed.
struct TLSRemark: Equatable, Sendable {
  let path: String
  let message: String

  /// All of what a listener is made of.
  static func all(of source: ListenerTLS.Source, _ context: TLSServerContext, now: Int64) -> [TLSRemark] {
    let settings = context.settings
    return zip(source.certificates, settings.certificates).flatMap { all(of: $0, $1, now: now) }
      + unfit(source, context)
      + all(of: source.trust, settings.trust, now: now)
  }

  /// All of what a service is made of.
  static func all(of source: ServiceTLS.Source, _ context: TLSClientContext, now: Int64) -> [TLSRemark] {
    let settings = context.settings
    var remarks = unfit(source, context) + all(of: source.trust, settings.trust, now: now)
    if let files = source.certificate, let certificate = settings.certificate {
      remarks += all(of: files, certificate, now: now)
    }
    return remarks
  }

  /// A certificate that a service's endpoints do not take.
  static func unfit(_ source: ServiceTLS.Source, _ context: TLSClientContext) -> [TLSRemark] {
    guard let files = source.certificate, context.settings.certificate?.isForClients == false else {
      return []
    }
    return [
      TLSRemark(path: files.certificate, message: "the certificate is not for clients: endpoints refuse it")
    ]
  }

  /// A certificate, its key and its OCSP response, wherever it is shown.
  static func all(of files: CertificateFiles, _ certificate: TLSCertificate, now: Int64) -> [TLSRemark] {
    var remarks: [TLSRemark] = []
    switch KeyFileExposure(path: files.key) {
    case .everybodyMayRead:
      remarks.append(
        TLSRemark(
          path: files.key, message: "everybody on this system may read the private key `\(files.key)`"))
    case .othersMayWrite:
      remarks.append(
        TLSRemark(path: files.key, message: "others than its owner may write the private key `\(files.key)`"))
    case .ownerOnly, .groupMayRead, nil: break
    }
    let period = certificate.description.period
    if period.begin > now {
      remarks.append(TLSRemark(path: files.certificate, message: "the certificate is not valid yet"))
    } else if let said = ending(.certificate, period, now) {
      remarks.append(TLSRemark(path: files.certificate, message: said))
    }
    if let place = certificate.firstStranger {
      remarks.append(
        TLSRemark(
          path: files.certificate,
          message:
            "certificate \(place) of the file has not signed the one before it: clients may refuse the chain")
      )
    }
    if let path = files.ocsp, let period = certificate.response?.period,
      let said = ending(.response, period, now)
    {
      remarks.append(TLSRemark(path: path, message: said))
    }
    return remarks
  }

  /// Authorities and CRLs.
  static func all(of files: TrustFiles?, _ trust: TLSTrust?, now: Int64) -> [TLSRemark] {
    guard let files, let trust else { return [] }
    var remarks: [TLSRemark] = []
    for (path, bundle) in zip(files.authorities ?? [], trust.bundles) {
      if let leaf = bundle.first(where: { !$0.isAuthority }) {
        remarks.append(
          TLSRemark(
            path: path,
            message:
              "`\(leaf.subject.shortened)` is no authority: nothing is trusted by it but that certificate itself"
          ))
      }
      let first = bundle.map(\.period).min { $0.end < $1.end }
      if let said = first.flatMap({ ending(.trust, $0, now) }) {
        remarks.append(TLSRemark(path: path, message: said))
      }
    }
    for (path, period) in zip(files.revocations, trust.revocations) {
      if let said = ending(.revocations, period, now) { remarks.append(TLSRemark(path: path, message: said)) }
    }
    return remarks
  }

  /// Certificates that a listener's clients cannot use.
  static func unfit(_ source: ListenerTLS.Source, _ context: TLSServerContext) -> [TLSRemark] {
    var remarks: [TLSRemark] = []
    for (files, certificate) in zip(source.certificates, context.settings.certificates) {
      if !certificate.isForServers {
        remarks.append(
          TLSRemark(path: files.certificate, message: "the certificate is not for servers: clients refuse it")
        )
      }
      guard context.neverChosen.contains(where: { $0 === certificate }) else { continue }
      let why =
        certificate.description.dnsNames.isEmpty
        ? "it has no DNS name" : "an earlier one has its names, or nobody can ask for them"
      remarks.append(
        TLSRemark(path: files.certificate, message: "no client is ever shown the certificate: \(why)"))
    }
    return remarks
  }

  /// Nil while the end is far.
  static func ending(_ kind: TLSExpiry.Kind, _ period: ValidityPeriod, _ now: Int64) -> String? {
    let stage = period.stage(at: now)
    if stage == .far { return nil }
    if stage == .over {
      switch kind {
      case .certificate: return "the certificate has expired"
      case .trust: return "an authority has expired"
      case .revocations: return "the CRL is overdue: no certificate is taken"
      case .response: return "the OCSP response is overdue: no client is shown it"
      }
    }
    let left = time(period.end - now)
    switch kind {
    case .certificate: return "the certificate expires in \(left)"
    case .trust: return "an authority expires in \(left)"
    case .revocations: return "the CRL is overdue in \(left): then no certificate is taken"
    case .response: return "the OCSP response is overdue in \(left)"
    }
  }

  /// The largest unit of which there are two, rounded down.
  private static func time(_ seconds: Int64) -> String {
    for (length, unit) in [(86_400, "days"), (3_600, "hours"), (60, "minutes")] as [(Int64, String)]
    where seconds >= 2 * length {
      return "\(seconds / length) \(unit)"
    }
    return "\(seconds) s"
  }
}
