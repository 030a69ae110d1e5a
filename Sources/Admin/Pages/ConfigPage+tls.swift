internal import Mesh
internal import Reactor

/// `tls` of listeners and services: names of files, and nothing of what stands in them.
extension ConfigPage {
  static func tls(_ tls: ListenerTLS) -> JSONValue {
    let source = tls.source
    return [
      "certificates": JSONValue(source.certificates.map(certificate)),
      "clientCertificates": [
        "mode": .string("\(source.clientCertificates)"),
        "trust": JSONValue((source.trust?.authorities ?? []).map { .string($0) }),
        "crls": JSONValue((source.trust?.revocations ?? []).map { .string($0) }),
      ],
      "minVersion": .string("\(source.leastVersion.name)"),
      "handshakeTimeout": duration(tls.handshakeTimeout),
      "permissive": .bool(tls.isPermissive),
    ]
  }

  static func tls(_ tls: ServiceTLS) -> JSONValue {
    let source = tls.source
    let own = source.certificate
    return [
      "serverName": .string(source.serverName),
      "subjectAltNames": JSONValue(source.names.map { .string($0.description) }),
      "trust": source.trust?.authorities.map { JSONValue($0.map { .string($0) }) } ?? "system",
      "crls": JSONValue((source.trust?.revocations ?? []).map { .string($0) }),
      "certificate": own.map { .string($0.certificate) } ?? nil,
      "key": own.map { .string($0.key) } ?? nil,
      "minVersion": .string("\(source.leastVersion.name)"),
      "insecureSkipVerify": .bool(!tls.isVerified),
    ]
  }

  private static func certificate(_ files: CertificateFiles) -> JSONValue {
    [
      "certificate": .string(files.certificate), "key": .string(files.key),
      "ocsp": files.ocsp.map { .string($0) } ?? nil,
    ]
  }
}
