import Reactor
import TestCertificates

/// An authority with certificates in files, and contexts out of the same ones for the tests' own sides.
final class TLSWorld: @unchecked Sendable {
  static let authority = TestAuthority()
  let directory = Scratch()
  /// What listeners show.
  let server: TestCertificate
  /// What the proxy shows endpoints.
  let client: TestCertificate

  init() throws {
    server = Self.authority.issue(CertificateProfile("server", "DNS:test.example"))
    client = Self.authority.issue(CertificateProfile("client", "URI:spiffe://example.org/ns/shop/sa/client"))
    try directory.write(Self.authority.pem, to: "ca.crt")
    try directory.write(Self.authority.revocations(of: []), to: "ca.crl")
    try write(server, "server")
    try write(client, "client")
  }

  /// Another certificate for listeners, as a program that renews them leaves it.
  @discardableResult
  func renewServer(_ names: String...) throws -> TestCertificate {
    var profile = CertificateProfile("server")
    profile.alternativeNames = names
    let made = Self.authority.issue(profile)
    try write(made, "server")
    return made
  }

  func write(_ made: TestCertificate, _ name: String) throws {
    try directory.write(made.chain, to: "\(name).crt")
    try directory.write(made.key, to: "\(name).key")
  }

  func path(_ name: String) -> String { directory.path(name) }

  /// `tls` of a listener.
  func listener(_ more: String = "") -> String {
    let files = "{certificate: \(path("server.crt")), key: \(path("server.key"))}"
    return "tls: {certificates: [\(files)]\(more.isEmpty ? "" : ", " + more)}"
  }

  /// The same, for clients that show a certificate.
  func askingListener(_ mode: String = "require", _ more: String = "", crls: String? = nil) -> String {
    let lists = crls.map { ", crls: [\(path($0))]" } ?? ""
    let clients = "clientCertificates: {trust: [\(path("ca.crt"))], mode: \(mode)\(lists)}"
    return listener(clients + (more.isEmpty ? "" : ", " + more))
  }

  /// `tls` of a service.
  func service(_ more: String = "certificate: CERT, key: KEY") -> String {
    let rest = more.replacing("CERT", with: path("client.crt")).replacing("KEY", with: path("client.key"))
    return "tls: {serverName: test.example, trust: [\(path("ca.crt"))]\(rest.isEmpty ? "" : ", " + rest)}"
  }

  // MARK: The tests' own sides

  func clientContext(
    _ made: TestCertificate? = nil, _ protocols: [ApplicationProtocol] = [.http11],
    _ change: (inout TLSClientContext.Settings) -> Void = { _ in }
  ) throws -> TLSClientContext {
    var settings = TLSClientContext.Settings(trust: try TLSTrust(bundles: [Self.authority.pem]))
    settings.serverName = "test.example"
    settings.names = [.dns("test.example")]
    settings.protocols = protocols
    settings.certificate = try made.map { try TLSCertificate(chain: $0.chain, key: $0.key) }
    change(&settings)
    return try TLSClientContext(settings)
  }

  func serverContext(
    _ made: TestCertificate? = nil, asks: Bool = false, _ protocols: [ApplicationProtocol] = [.h2, .http11],
    _ change: (inout TLSServerContext.Settings) -> Void = { _ in }
  ) throws -> TLSServerContext {
    let shown = made ?? server
    var settings = TLSServerContext.Settings(
      certificates: [try TLSCertificate(chain: shown.chain, key: shown.key)])
    settings.protocols = protocols
    if asks {
      settings.clientCertificates = .require
      settings.trust = try TLSTrust(bundles: [Self.authority.pem])
    }
    change(&settings)
    return try TLSServerContext(settings)
  }
}

extension Origin {
  /// Answers every request over TLS.
  convenience init(
    _ context: TLSServerContext, answering answer: @escaping @Sendable (Message, TLSDetails?) -> String
  ) {
    self.init { wire, _ in
      try wire.secure(context)
      while true { try wire.send(answer(try wire.readMessage(), wire.channel?.details)) }
    }
  }
}
