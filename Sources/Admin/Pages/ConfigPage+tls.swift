internal import Mesh
internal import Reactor

/// `tls` of listeners and services: names of files, and nothing of what stands in them.
extension ConfigPage {
  static func tls(_ tls: ListenerTLS) -> JSONValue {
    let source = tls.source
    let clients: JSONValue? =
      source.clientCertificates == .none
      ? nil
      : object(
        ("trust", some(source.trust?.authorities ?? [])),
        ("mode", .string("\(source.clientCertificates)")),
        ("crls", some(source.trust?.revocations ?? [])))
    return object(
      ("certificates", JSONValue(source.certificates.map(certificate))),
      ("clientCertificates", clients),
      ("minVersion", .string("\(source.leastVersion.name)")),
      ("handshakeTimeout", duration(tls.handshakeTimeout)),
      ("permissive", .bool(tls.isPermissive)))
  }

  static func tls(_ tls: ServiceTLS) -> JSONValue { self.tls(tls, isNamed: true) }

  /// - Parameter isNamed: whose certificate it has to be does not follow from elsewhere.
  static func tls(_ tls: ServiceTLS, isNamed: Bool) -> JSONValue {
    let source = tls.source
    return object(
      ("serverName", source.serverName.isEmpty || !isNamed ? nil : .string(source.serverName)),
      ("subjectAltNames", isNamed ? some(source.names.map(name)) : nil),
      ("trust", some(source.trust?.authorities ?? [])),
      ("crls", some(source.trust?.revocations ?? [])),
      ("certificate", source.certificate.map { .string($0.certificate) }),
      ("key", source.certificate.map { .string($0.key) }),
      ("minVersion", .string("\(source.leastVersion.name)")),
      ("insecureSkipVerify", tls.isVerified ? nil : true))
  }

  private static func name(_ name: PeerName) -> JSONValue {
    switch name {
    case .dns(let text): ["dns": .string(text)]
    case .spiffe(let pattern): ["uri": .string("\(pattern)")]
    case .uri(let text): ["uri": .string(text)]
    case .ip(let bytes): ["ip": .string(PeerName.text(ofAddress: bytes))]
    }
  }

  private static func certificate(_ files: CertificateFiles) -> JSONValue {
    object(
      ("certificate", .string(files.certificate)), ("key", .string(files.key)),
      ("ocsp", files.ocsp.map { .string($0) }))
  }
}
