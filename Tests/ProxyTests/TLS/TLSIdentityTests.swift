import HTTP
import Reactor
import Telemetry
import TestCertificates
import Testing

@testable import Proxy

/// Who shows a certificate is known: to rules, to services, to metrics and to the access log.
@Suite struct TLSIdentityTests {
  private let world: TLSWorld
  private let origin = Origin.mirror()

  init() throws { world = try TLSWorld() }

  private static let rule = """
    rules: [{name: shop, action: allow, when: {identities: ["spiffe://example.org/ns/shop/sa/*"]}}]
    """

  private func proxy(_ mode: String = "require") throws -> TestProxy {
    try TestProxy(
      to: origin.port, listener: world.askingListener(mode) + ", authorization: {\(Self.rule)}")
  }

  private let get = "GET / HTTP/1.1\r\nHost: test\r\nX-Forwarded-Client-Cert: By=me\r\n\r\n"

  private func exchange(_ proxy: TestProxy, _ certificate: TestCertificate?) throws -> Message {
    let client = try proxy.connect()
    try client.secure(try world.clientContext(certificate))
    return try client.exchange(get)
  }

  @Test func rulesAndServicesKnowThem() throws {
    let proxy = try proxy()
    let seen = try exchange(proxy, world.client).mirrored
    let field = try #require(seen.values("x-forwarded-client-cert").first)
    #expect(
      field.hasPrefix("Hash=") && field.hasSuffix(";URI=spiffe://example.org/ns/shop/sa/client"), "\(field)")
    #expect(!field.contains("By=me"))
    let other = TLSWorld.authority.issue(
      CertificateProfile("other", "URI:spiffe://example.org/ns/other/sa/client"))
    let refused = try exchange(proxy, other)
    #expect(refused.status == 403 && refused["proxy-status"]?.contains("no rule allows it") == true)
    #expect(proxy.comesToRest)
    #expect(
      proxy.metrics.peers.mapValues(\.byClass) == [
        "spiffe://example.org/ns/shop/sa/client": [0, 0, 1, 0, 0, 0],
        "spiffe://example.org/ns/other/sa/client": [0, 0, 0, 0, 1, 0],
      ])
  }

  /// X509-SVID, section 2: whose certificate has two names of the kind has none.
  @Test func twoURIsAreNobody() throws {
    let both = TLSWorld.authority.issue(
      CertificateProfile(
        "both", "URI:spiffe://example.org/ns/shop/sa/client", "URI:spiffe://example.org/ns/shop/sa/admin"))
    #expect(try exchange(try proxy(), both).status == 403)
  }

  @Test func withoutACertificateTheyAreNobody() throws {
    let answer = try exchange(try proxy("optional"), nil)
    #expect(answer.status == 403)
  }

  @Test func resumedSessionsKeepTheirIdentity() throws {
    let proxy = try proxy()
    let store = TLSSessionStore()
    let context = try world.clientContext(world.client)
    for round in 0..<2 {
      let client = try proxy.connect()
      try client.secure(context, resuming: store)
      #expect(try client.exchange(get).status == 200)
      #expect(client.channel?.details?.isResumed == (round > 0))
    }
  }

  @Test func streamsShareTheirConnectionsIdentity() throws {
    let proxy = try proxy()
    let wire = try proxy.connect()
    try wire.secure(try world.clientContext(world.client, [.h2]))
    let client = HTTP2Peer(.client, wire)
    for _ in 0..<2 {
      let seen = try client.exchange().mirrored
      #expect(seen["x-forwarded-client-cert"]?.contains("URI=spiffe://example.org/ns/shop/sa/client") == true)
    }
  }

  /// `By` is the name in the certificate that the client was shown.
  @Test func ourOwnNameStandsFirst() throws {
    try world.renewServer("DNS:test.example", "URI:spiffe://example.org/ns/shop/sa/api")
    let seen = try exchange(try proxy(), world.client).mirrored
    let field = try #require(seen["x-forwarded-client-cert"])
    #expect(field.hasPrefix("By=spiffe://example.org/ns/shop/sa/api;Hash="), "\(field)")
  }
}
