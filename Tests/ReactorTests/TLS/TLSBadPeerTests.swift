import Certificates
import Primitives
import TestCertificates
import Testing

@testable import Reactor

/// Peers that are refused, and what both sides learn of it.
@Suite struct TLSBadPeerTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var name: String
    var authority = TLSPeers.authority
    var profile = CertificateProfile("peer", "DNS:test.example")
    var reason: TLSFailure.Reason
    var alert: UInt8
    var testDescription: String { name }
  }

  static let cases = [
    Case(
      name: "expired", profile: CertificateProfile("peer", "DNS:test.example").with { $0.to = -0.5 },
      reason: .expired, alert: 45),
    Case(
      name: "not yet valid", profile: CertificateProfile("peer", "DNS:test.example").with { $0.from = 2 },
      reason: .notYetValid, alert: 42),
    Case(name: "unknown authority", authority: TLSPeers.stranger, reason: .unknownAuthority, alert: 48),
    Case(
      name: "weak key",
      profile: CertificateProfile("peer", "DNS:test.example").with { $0.key = .rsa(bits: 1024) },
      reason: .weakCertificate, alert: 42),
  ]

  /// A server does not even load its own weak key, so a lax library stands in for one: see the peers' tests.
  @Test(arguments: cases.filter { $0.reason != .weakCertificate }) func serversAreRefused(_ one: Case) throws
  {
    let link = TLSLink(try TLSPeers.client(), try TLSPeers.server(one.authority.issue(one.profile)))
    link.carry()
    #expect(link.client.failure == TLSFailure(one.reason))
    #expect(link.server.failure == TLSFailure(.peerAlert, alert: one.alert))
  }

  @Test(arguments: cases.filter { $0.reason != .weakCertificate }) func clientsAreRefused(_ one: Case) throws
  {
    for mode in [TLSServerContext.ClientCertificates.require, .optional] {
      let client = try TLSPeers.client(one.authority.issue(one.profile))
      let link = TLSLink(client, try TLSPeers.askingServer(mode))
      link.carry()
      #expect(link.server.failure == TLSFailure(one.reason))
      // TLS 1.3: the client's handshake is complete by then, and it learns of it with the first bytes that it reads.
      #expect(link.client.failure == TLSFailure(.peerAlert, alert: one.alert))
    }
  }

  @Test func weakKeysAreNotLoaded() throws {
    let weak = TLSPeers.authority.issue(
      CertificateProfile("weak", "DNS:a").with { $0.key = .rsa(bits: 1024) })
    #expect(throws: TLSContextError.tooWeak) { try TLSPeers.server(weak) }
  }

  @Test func selfSignedOnesAreNamed() throws {
    let own = SelfSigned.make(CertificateProfile("own", "DNS:test.example"))
    let link = TLSLink(try TLSPeers.client(), try TLSPeers.server(own))
    link.carry()
    #expect(link.client.failure == TLSFailure(.selfSigned))
  }

  private static func svid(_ pattern: String) -> PeerName {
    guard let pattern = try? SPIFFEIDPattern(pattern) else { preconditionFailure("no pattern") }
    return .spiffe(pattern)
  }

  @Test(arguments: [
    ([PeerName.dns("test.example")], "DNS:test.example", true),
    ([.dns("a.test.example")], "DNS:*.test.example", true),
    ([.dns("test.example")], "DNS:t*.example", false), ([.dns("test.example")], "DNS:other.example", false),
    ([.dns("a.test.example")], "DNS:*.example", false), ([.ip([127, 0, 0, 1])], "IP:127.0.0.1", true),
    ([.ip([127, 0, 0, 1])], "IP:127.0.0.2", false), ([.ip([127, 0, 0, 1])], "DNS:127.0.0.1", false),
    ([svid("spiffe://a/ns/*/sa/web")], "URI:spiffe://a/ns/shop/sa/web", true),
    ([svid("spiffe://a/ns/*/sa/web")], "URI:spiffe://a/ns/shop/sa/db", false),
    ([.dns("no.example"), svid("spiffe://a/b")], "URI:spiffe://a/b,DNS:b.example", true),
    // An X.509-SVID has one URI (X509-SVID, section 2): of two nobody says which is meant.
    ([svid("spiffe://a/b")], "URI:spiffe://a/b,URI:spiffe://a/c", false),
    ([svid("spiffe://a/b")], "URI:spiffe://a/b,URI:https://b.example/", false),
    ([svid("spiffe://a/b")], "DNS:b.example", false),
    ([.uri("https://b.example/")], "URI:spiffe://a/b,URI:https://b.example/", true),
    ([.uri("https://b.example/")], "URI:https://b.example", false),
  ]) func theNameHasToMatch(_ names: [PeerName], _ shown: String, _ isRight: Bool) throws {
    // The subject's common name counts for nothing.
    let made = TLSPeers.authority.issue(CertificateProfile("test.example", shown))
    let link = TLSLink(try TLSPeers.client { $0.names = names }, try TLSPeers.server(made))
    link.carry()
    #expect(link.client.failure == (isRight ? nil : TLSFailure(.wrongName)))
  }

  /// For the log, in bounds.
  @Test func theNamesThatWereShownAreTold() throws {
    func told(_ names: String...) throws -> String? {
      var profile = CertificateProfile("x")
      profile.alternativeNames = names
      let link = TLSLink(
        try TLSPeers.client { $0.names = [.dns("a.example")] },
        try TLSPeers.server(TLSPeers.authority.issue(profile)))
      link.carry()
      return link.client.session?.wire.refusedNames
    }
    #expect(
      try told("DNS:b.example", "URI:spiffe://a/b", "IP:10.0.0.1")
        == "dns:b.example, uri:spiffe://a/b, ip:10.0.0.1")
    #expect(try told() == "subject:CN=x")
    #expect(try told("DNS:b", "DNS:c", "DNS:d", "DNS:e", "DNS:f") == "dns:b, dns:c, dns:d and 2 more")
    let long = try told("URI:https://\(String(repeating: "x", count: 200))")
    #expect(long?.utf8.count == 103)
    #expect(PeerName.text(of: [.dns("a"), .uri("u:b")]) == "dns:a, uri:u:b")
  }

  @Test(arguments: [true, false]) func certificatesAreForOneUse(_ isServer: Bool) throws {
    let profile = CertificateProfile("peer", "DNS:test.example").with {
      $0.extendedUsage = isServer ? "clientAuth" : "serverAuth"
    }
    let made = TLSPeers.authority.issue(profile)
    let link =
      isServer
      ? TLSLink(try TLSPeers.client(), try TLSPeers.server(made))
      : TLSLink(try TLSPeers.client(made), try TLSPeers.askingServer())
    link.carry()
    #expect((isServer ? link.client : link.server).failure == TLSFailure(.wrongPurpose))
  }

  @Test func revokedOnesAreRefused() throws {
    let (good, bad) = (TLSPeers.clientCertificate, TLSPeers.authority.issue(CertificateProfile("bad")))
    let list = TLSPeers.authority.revocations(of: [bad])
    let server = try TLSPeers.askingServer(revocations: [list])
    for (made, reason) in [(good, nil), (bad, TLSFailure.Reason.revoked)]
      as [(TestCertificate, TLSFailure.Reason?)]
    {
      let link = TLSLink(try TLSPeers.client(made), server)
      link.carry()
      #expect(link.server.failure == reason.map { TLSFailure($0) })
    }
    let overdue = try TLSPeers.askingServer(revocations: [TLSPeers.authority.revocations(of: [], days: -1)])
    let link = TLSLink(try TLSPeers.client(good), overdue)
    link.carry()
    #expect(link.server.failure == TLSFailure(.noRevocationList))
  }

  @Test func aCertificateMayBeRequired() throws {
    for (mode, reason) in [
      (.require, .noCertificate), (.optional, nil), (.none, nil),
    ] as [(TLSServerContext.ClientCertificates, TLSFailure.Reason?)] {
      let link = TLSLink(try TLSPeers.client(), try TLSPeers.askingServer(mode))
      link.carry()
      #expect(link.server.failure == reason.map { TLSFailure($0) })
      if reason != nil { #expect(link.client.failure == TLSFailure(.peerAlert, alert: 116)) }
    }
  }

  @Test func oldVersionsAreRefused() throws {
    let server = try TLSPeers.server { $0.leastVersion = .v13 }
    let link = TLSLink(try TLSPeers.client { $0.greatestVersion = .v12 }, server)
    link.carry()
    #expect(link.server.failure == TLSFailure(.protocolVersion))
    #expect(link.client.failure == TLSFailure(.peerAlert, alert: 70))
  }

  @Test func whoIsNotVerifiedMayBeAnybody() throws {
    let link = TLSLink(
      try TLSPeers.client { $0.trust = nil },
      try TLSPeers.server(TLSPeers.stranger.issue(CertificateProfile("x").with { $0.to = -0.1 })))
    link.carry()
    #expect(link.client.step == .complete)
  }

  /// An intermediate authority, sent along with the leaf.
  @Test func chainsAreFollowed() throws {
    let middle = TestAuthority("middle", by: TLSPeers.authority)
    var made = middle.issue(CertificateProfile("peer", "DNS:test.example"))
    let alone = TLSLink(try TLSPeers.client(), try TLSPeers.server(made))
    alone.carry()
    #expect(alone.client.failure == TLSFailure(.unknownAuthority))
    made.chain += middle.pem
    let whole = TLSLink(try TLSPeers.client(), try TLSPeers.server(made))
    whole.carry()
    #expect(whole.client.step == .complete)
  }
}
