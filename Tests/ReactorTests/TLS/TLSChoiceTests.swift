import TestCertificates
import Testing

@testable import Reactor

/// Which certificate and which protocol a client gets.
@Suite struct TLSChoiceTests {
  @Test(arguments: [
    ("a.example", "a"), ("A.EXAMPLE", "a"), ("x.b.example", "b"), ("b.example", "a"), ("x.y.b.example", "a"),
    ("elsewhere.example", "a"), ("", "a"), ("exact.b.example", "c"),
  ]) func theNameChoosesTheCertificate(_ name: String, _ expected: String) throws {
    let authority = TLSPeers.authority
    let made = [
      CertificateProfile("a", "DNS:a.example"), CertificateProfile("b", "DNS:*.b.example"),
      CertificateProfile("c", "DNS:exact.b.example"),
    ].map { authority.issue($0) }
    let server = try TLSPeers.server(made[0]) {
      $0.certificates += try made.dropFirst().map { try TLSPeers.certificate($0) }
    }
    let client = try TLSPeers.client {
      $0.serverName = name
      $0.names = [.dns("a.example"), .dns("x.b.example"), .dns("exact.b.example")]
    }
    let link = TLSLink(client, server)
    link.carry()
    #expect(link.client.step == .complete)
    let shown = try #require(link.client.session.flatMap { unsafe SSLPeer.subject(of: $0) })
    #expect(shown == "CN=\(expected)")
  }

  /// Two kinds of keys for one name: the client's abilities choose.
  @Test func kindsOfKeysServeTogether() throws {
    let profile = CertificateProfile("two", "DNS:test.example")
    let made = [
      TLSPeers.authority.issue(profile),
      TLSPeers.authority.issue(profile.with { $0.key = .rsa(bits: 2048) }),
    ]
    let server = try TLSPeers.server(made[0]) { $0.certificates.append(try TLSPeers.certificate(made[1])) }
    let link = TLSLink(try TLSPeers.client(), server)
    link.carry()
    #expect(link.client.step == .complete)
  }

  @Test(arguments: [
    ([ApplicationProtocol.h2, .http11], [ApplicationProtocol.h2, .http11], ApplicationProtocol.h2),
    ([.http11, .h2], [.h2, .http11], .h2), ([.http11], [.h2, .http11], .http11),
    ([.h2, .http11], [.http11], .http11),
  ]) func theServersOrderCounts(
    _ client: [ApplicationProtocol], _ server: [ApplicationProtocol], _ expected: ApplicationProtocol
  ) throws {
    let link = TLSLink(
      try TLSPeers.client { $0.protocols = client }, try TLSPeers.server { $0.protocols = server })
    link.carry()
    #expect(link.client.details?.applicationProtocol == expected)
    #expect(link.server.details?.applicationProtocol == expected)
  }

  @Test func nothingInCommonIsAnAlert() throws {
    let link = TLSLink(
      try TLSPeers.client { $0.protocols = [.h2] }, try TLSPeers.server { $0.protocols = [.http11] })
    link.carry()
    #expect(link.server.failure == TLSFailure(.noApplicationProtocol))
    #expect(link.client.failure == TLSFailure(.peerAlert, alert: 120))
  }
}
