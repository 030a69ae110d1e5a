import Certificates
import TestCertificates
import Testing

@testable import Reactor

@Suite struct TLSVerifiedChainsTests {
  @Test func verdictsEndInTime() {
    let chains = TLSVerifiedChains(under: nil)
    chains.add([1], until: 1_000_000, now: 1_000)
    chains.add([2], until: 1_010, now: 1_000)
    chains.add([4], until: 1_000, now: 1_000)
    #expect(chains.contains([1], now: 1_299) && !chains.contains([1], now: 1_300))
    #expect(chains.contains([2], now: 1_009) && !chains.contains([2], now: 1_010))
    #expect(!chains.contains([3], now: 1_000) && !chains.contains([4], now: 1_000))
    #expect(!chains.contains([1], now: 999), "the clock was set back")
  }

  @Test func verdictsEndWithTheirRevocations() throws {
    let trust = try TLSPeers.trust(revocations: [TLSPeers.authority.revocations(of: [])])
    let end = try #require(trust.revocations.first?.end)
    let chains = TLSVerifiedChains(under: trust)
    chains.add([1], until: .max, now: end - 10)
    #expect(chains.contains([1], now: end - 1) && !chains.contains([1], now: end))
  }

  @Test func verdictsEndWithTheirCertificates() throws {
    let brief = TLSPeers.authority.issue(CertificateProfile("client").with { $0.to = 200.0 / 86_400 })
    let server = try TLSPeers.askingServer()
    let link = TLSLink(try TLSPeers.client(brief), server)
    link.carry()
    let end = try #require(link.server.details?.peer).certificate.notAfter
    #expect(server.verified.count(now: end - 1) == 1 && server.verified.count(now: end) == 0)
  }

  @Test func thereIsABound() {
    let chains = TLSVerifiedChains(under: nil)
    for index in 0..<5_000 { chains.add([UInt8(index & 255), UInt8(index >> 8)], until: .max, now: 0) }
    let kept = (0..<5_000).count { chains.contains([UInt8($0 & 255), UInt8($0 >> 8)], now: 0) }
    #expect(kept > 0 && kept <= 1_024)
  }

  /// Whole handshakes with the same context: the verdict is that of the first, for good and for bad.
  @Test func whoWasGoodStaysGoodAndWhoWasBadStaysBad() throws {
    let server = try TLSPeers.askingServer()
    let good = try TLSPeers.client(TLSPeers.clientCertificate)
    let bad = try TLSPeers.client(TLSPeers.stranger.issue(CertificateProfile("client")))
    for _ in 0..<3 {
      let link = TLSLink(good, server)
      link.carry()
      #expect(link.server.step == .complete && link.client.step == .complete)
      #expect(link.server.details?.isResumed == false)
      #expect(link.server.details?.peer?.certificate.subject == "CN=client")
      let other = TLSLink(bad, server)
      other.carry()
      #expect(other.server.failure == TLSFailure(.unknownAuthority))
    }
    #expect(server.verified.count(now: Clock.wall() / 1_000_000_000) == 1)
  }

  // MARK: What a verdict must not be taken for

  private static let intermediate = TestAuthority("intermediate", by: TLSPeers.authority)
  private static let namesake = TestAuthority("intermediate", by: TLSPeers.stranger)
  private static let leaf = intermediate.issue(CertificateProfile("leaf"))

  struct Attack: Sendable, CustomTestStringConvertible {
    var name: String
    /// The rules that come later; nil: the same.
    var server: (@Sendable () throws -> TLSServerContext)?
    /// What is shown later; nil: the same.
    var client: (@Sendable () -> TestCertificate)?
    var reason: TLSFailure.Reason
    var testDescription: String { name }
  }

  private static func shown(_ authority: TestAuthority?) -> TestCertificate {
    chained(leaf, authority?.pem ?? [])
  }

  private static func chained(_ made: TestCertificate, _ authority: [UInt8]) -> TestCertificate {
    var made = made
    made.chain += authority
    return made
  }

  static let attacks = [
    Attack(
      name: "a listener with another trust", server: { try asking(TLSPeers.stranger) },
      reason: .unknownAuthority),
    Attack(
      name: "revoked since",
      server: {
        try asking(
          TLSPeers.authority,
          revocations: [TLSPeers.authority.revocations(of: []), intermediate.revocations(of: [leaf])])
      }, reason: .revoked),
    Attack(
      name: "its authority's list is overdue since",
      server: {
        try asking(
          TLSPeers.authority,
          revocations: [TLSPeers.authority.revocations(of: []), intermediate.revocations(of: [], days: -1)])
      }, reason: .noRevocationList),
    Attack(name: "the same leaf without its authority", client: { shown(nil) }, reason: .unknownAuthority),
    Attack(
      name: "the same leaf with another authority", client: { shown(namesake) }, reason: .unknownAuthority),
    Attack(
      name: "the same name by another authority of that name",
      client: { chained(namesake.issue(CertificateProfile("leaf")), namesake.pem) }, reason: .unknownAuthority
    ),
    Attack(
      name: "an expired one of the same authority",
      client: {
        chained(intermediate.issue(CertificateProfile("leaf").with { $0.to = -0.5 }), intermediate.pem)
      },
      reason: .expired),
  ]

  private static func asking(_ authority: TestAuthority, revocations: [[UInt8]] = []) throws
    -> TLSServerContext
  {
    try TLSPeers.server {
      $0.clientCertificates = .require
      $0.trust = try TLSPeers.trust(authority, revocations: revocations)
    }
  }

  @Test(arguments: attacks) func verdictsAreForTheSameChainAndRules(_ attack: Attack) throws {
    let server = try Self.asking(TLSPeers.authority)
    for _ in 0..<2 {
      let link = TLSLink(try TLSPeers.client(Self.shown(Self.intermediate)), server)
      link.carry()
      #expect(link.server.step == .complete)
    }
    let later = TLSLink(
      try TLSPeers.client(attack.client?() ?? Self.shown(Self.intermediate)), try attack.server?() ?? server)
    later.carry()
    #expect(later.server.failure == TLSFailure(attack.reason))
  }

  /// The same server, good for one service, has not the names that another one wants.
  @Test func verdictsAreForTheNamesThatWereWanted() throws {
    let server = try TLSPeers.server()
    for (name, failure) in [("test.example", nil), ("other.example", TLSFailure.Reason.wrongName)] {
      let link = TLSLink(try TLSPeers.client { $0.names = [.dns(name)] }, server)
      link.carry()
      #expect(link.client.failure == failure.map { TLSFailure($0) })
    }
  }
}
