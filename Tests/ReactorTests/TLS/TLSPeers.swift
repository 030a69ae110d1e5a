import TestCertificates

@testable import Reactor

/// Contexts for tests, out of an authority that lives as long as the tests.
enum TLSPeers {
  static let authority = TestAuthority()
  static let stranger = TestAuthority("stranger")
  static let serverCertificate = authority.issue(
    CertificateProfile("server", "DNS:test.example", "IP:127.0.0.1"))
  static let clientCertificate = authority.issue(
    CertificateProfile("client", "URI:spiffe://example.org/ns/shop/sa/client"))

  static func certificate(_ made: TestCertificate) throws(TLSContextError) -> TLSCertificate {
    try TLSCertificate(chain: made.chain, key: made.key)
  }

  static func trust(
    _ authority: TestAuthority = authority, revocations: [[UInt8]] = []
  ) throws(TLSContextError) -> TLSTrust {
    try TLSTrust(bundles: [authority.pem], revocations: revocations)
  }

  static func server(
    _ made: TestCertificate = serverCertificate,
    _ change: (inout TLSServerContext.Settings) throws -> Void = { _ in }
  ) throws -> TLSServerContext {
    var settings = TLSServerContext.Settings(certificates: [try certificate(made)])
    try change(&settings)
    return try TLSServerContext(settings)
  }

  /// A server that asks for certificates.
  static func askingServer(
    _ mode: TLSServerContext.ClientCertificates = .require, revocations: [[UInt8]] = []
  ) throws -> TLSServerContext {
    try server {
      $0.clientCertificates = mode
      $0.trust = try trust(revocations: revocations)
    }
  }

  static func client(
    _ made: TestCertificate? = nil, _ change: (inout TLSClientContext.Settings) throws -> Void = { _ in }
  ) throws -> TLSClientContext {
    var settings = TLSClientContext.Settings(trust: try trust())
    settings.serverName = "test.example"
    settings.names = [.dns("test.example")]
    settings.certificate = try made.map { try certificate($0) }
    try change(&settings)
    return try TLSClientContext(settings)
  }
}
