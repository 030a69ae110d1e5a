import Certificates
import Testing

@testable import Identity

@Suite struct PeerIdentityTests {
  private func peer(
    uris: [String] = [], uriCount: Int? = nil, dns: [String] = [], subject: String = "CN=web,O=prod",
    isAuthority: Bool = false
  ) -> PeerIdentity {
    PeerIdentity(
      CertificateDescription(
        subject: subject, issuer: "CN=ca", serial: "01", notBefore: 0, notAfter: 1, fingerprint: [],
        dnsNames: dns,
        uris: uris, uriCount: uriCount ?? uris.count, isAuthority: isAuthority, key: "EC P-256"))
  }

  @Test func oneURIIsAnIdentity() {
    let web = peer(uris: ["spiffe://prod/web"], dns: ["web"])
    #expect(web.spiffeID?.description == "spiffe://prod/web" && web.name == "spiffe://prod/web")
  }

  /// X509-SVID, section 2: a certificate with more than one URI is no SVID, whatever they are.
  @Test func anythingElseIsNone() {
    for uris in [[], ["spiffe://prod/web", "https://x.example"], ["spiffe://prod/a", "spiffe://prod/b"]] {
      #expect(peer(uris: uris).spiffeID == nil)
    }
    #expect(peer(uris: ["spiffe://prod/web"], uriCount: 2).spiffeID == nil)
    #expect(peer(uris: ["https://prod/web"]).spiffeID == nil)
    #expect(peer(uris: ["spiffe://prod"]).spiffeID == nil)
    #expect(peer(uris: ["spiffe://prod/web"], isAuthority: true).spiffeID == nil)
  }

  @Test func thenAnotherNameIsTaken() {
    #expect(peer(dns: ["Web.Example", "b"]).name == "web.example")
    #expect(peer().name == "CN=web,O=prod")
  }

  @Test(arguments: [
    ("*", true), ("spiffe://prod/*", true), ("spiffe://prod/api", false), ("dns:web.example", true),
    ("dns:WEB.example", true), ("dns:*.example", true), ("dns:*.web.example", false), ("dns:example", false),
    ("dns:other", false), ("subject:CN=web,O=prod", true), ("subject:CN=web", false),
  ])
  func matches(pattern: String, isExpected: Bool) throws {
    let web = peer(uris: ["spiffe://prod/web"], dns: ["web.example"])
    #expect(web.matches(try IdentityPattern(pattern)) == isExpected)
  }

  /// A wildcard certificate speaks for many hosts, and is nobody's name.
  @Test func wildcardsInCertificatesNameNobody() throws {
    #expect(!peer(dns: ["*.example"]).matches(try IdentityPattern("dns:*.example")))
    #expect(!peer(dns: ["*.example"]).matches(try IdentityPattern("dns:web.example")))
    #expect(!peer(dns: [".example"]).matches(try IdentityPattern("dns:*.example")))
  }

  @Test func withoutSPIFFEIDNoPatternOfThemMatches() throws {
    #expect(!peer(dns: ["web"]).matches(try IdentityPattern("spiffe://prod/**")))
  }

  @Test(arguments: [
    ("web", IdentityPatternError.kind), ("", .kind), ("SPIFFE://prod/web", .kind), ("dns:", .dns),
    ("dns:*", .dns),
    ("dns:a..b", .dns), ("dns:a.*.b", .dns), ("dns:-a", .dns), ("dns:ä.example", .dns),
    ("subject:web", .subject),
    ("spiffe://*/web", .spiffe(.starInTrustDomain)), ("spiffe:web", .spiffe(.id(.wrongScheme))),
  ])
  func isRefused(text: String, error: IdentityPatternError) {
    #expect(throws: error) { try IdentityPattern(text) }
  }
}
