internal import Certificates
internal import Mesh
internal import Reactor
internal import Telemetry

/// Every certificate that is shown or believed, without keys, and how long each is valid.
enum CertificatesPage {
  static func value(_ source: any AdminSource, now: Int64) -> JSONValue {
    let snapshot = source.snapshot
    return [
      "listeners": JSONValue(
        snapshot.listeners.compactMap { listener in
          listener.tls.map { value(listener.name, $0, now) }
        }),
      "services": JSONValue(
        snapshot.services.compactMap { service in service.tls.map { value(service.name, $0, now) } }),
      "problems": JSONValue(source.certificates.problems.map { .string($0) }),
    ]
  }

  private static func value(_ name: String, _ tls: ListenerTLS, _ now: Int64) -> JSONValue {
    let settings = tls.contexts.current.settings
    return [
      "name": .string(name),
      "certificates": JSONValue(
        zip(settings.certificates, tls.source.certificates).map {
          value($0.description, file: $1.certificate, now)
        }),
      "ocspResponses": responses(settings, tls, now),
      "trust": trust(settings.trust, tls.source.trust, now),
      "crls": revocations(settings.trust, tls.source.trust, now),
    ]
  }

  private static func value(_ name: String, _ tls: ServiceTLS, _ now: Int64) -> JSONValue {
    let settings = tls.contexts.current.settings
    return [
      "name": .string(name),
      "certificates": JSONValue(
        (settings.certificate.map { [$0] } ?? []).map {
          value($0.description, file: tls.source.certificate?.certificate, now)
        }),
      "trust": trust(settings.trust, tls.source.trust, now),
      "crls": revocations(settings.trust, tls.source.trust, now),
    ]
  }

  private static func trust(_ trust: TLSTrust?, _ files: TrustFiles?, _ now: Int64) -> JSONValue {
    JSONValue(
      zip(trust?.bundles ?? [], files?.authorities ?? []).flatMap { bundle, file in
        bundle.map { value($0, file: file, now) }
      })
  }

  private static func revocations(_ trust: TLSTrust?, _ files: TrustFiles?, _ now: Int64) -> JSONValue {
    JSONValue(
      zip(trust?.revocations ?? [], files?.revocations ?? []).map { value($0, file: $1, now) })
  }

  /// OCSP responses that are stapled.
  private static func responses(_ settings: TLSServerContext.Settings, _ tls: ListenerTLS, _ now: Int64)
    -> JSONValue
  {
    JSONValue(
      zip(settings.certificates, tls.source.certificates).compactMap { certificate, files in
        certificate.response.map { value($0.period, file: files.ocsp ?? "", now) }
      })
  }

  /// A CRL or an OCSP response.
  private static func value(_ period: ValidityPeriod, file: String, _ now: Int64) -> JSONValue {
    let ends = period.end != .max
    return [
      "file": .string(file),
      "nextUpdate": ends ? time(period.end) : .null,
      "daysLeft": ends ? JSONValue(CertificateDescription.days(until: period.end, now: now)) : .null,
    ]
  }

  private static func value(_ certificate: CertificateDescription, file: String?, _ now: Int64) -> JSONValue {
    [
      "file": JSONValue(file),
      "subject": .string(certificate.subject),
      "issuer": .string(certificate.issuer),
      "serial": .string(certificate.serial),
      "dnsNames": JSONValue(certificate.dnsNames.map { .string($0) }),
      "uris": JSONValue(certificate.uris.map { .string($0) }),
      "notBefore": time(certificate.notBefore),
      "notAfter": time(certificate.notAfter),
      "daysLeft": JSONValue(certificate.daysLeft(now: now)),
    ]
  }

  private static func time(_ seconds: Int64) -> JSONValue {
    .string(TimestampFormatter.text(seconds: seconds))
  }
}
