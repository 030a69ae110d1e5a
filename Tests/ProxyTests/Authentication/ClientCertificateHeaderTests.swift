import Mesh
import Primitives
import Testing

@testable import Proxy

/// `X-Forwarded-Client-Cert` on its way through, with a certificate and without.
@Suite struct ClientCertificateHeaderTests {
  private static let ours = "Hash=0102;Subject=\"CN=x\";URI=spiffe://prod/web"

  private func seen(
    _ sent: [String], listener: String = "", withCertificate: Bool = true
  ) throws -> [String] {
    let origin = Origin.mirror()
    let proxy = try DrivenProxy(to: [origin.port], listener: listener)
    let client = try proxy.connect()
    proxy.run { proxy.worker.downstreams.count == 1 }
    if withCertificate {
      proxy.worker.downstreams.all.first?.client = AuthenticatedClient(
        PeerIdentityTests.peer("spiffe://prod/web"), on: proxy.worker)
    }
    let lines = sent.map { "X-Forwarded-Client-Cert: \($0)\r\n" }.joined()
    return try proxy.exchange("GET / HTTP/1.1\r\nHost: test\r\n\(lines)\r\n", on: client).mirrored
      .values("x-forwarded-client-cert")
  }

  @Test(arguments: [
    ("", [ours], []), ("forwardClientCert: sanitize-set", [ours], []),
    ("forwardClientCert: sanitize", [], []),
    ("forwardClientCert: append-forward", ["By=a, " + ours], []),
    ("forwardClientCert: forward-only", ["By=a"], []),
    ("trustedHops: 1", ["By=a, " + ours], ["By=a"]),
    ("trustedHops: 1, forwardClientCert: sanitize-set", [ours], []),
    ("trustedHops: 1, forwardClientCert: sanitize", [], []),
    ("trustedHops: 1, forwardClientCert: forward-only", ["By=a"], ["By=a"]),
  ])
  func forwarding(listener: String, withCertificate: [String], without: [String]) throws {
    #expect(try seen(["By=a"], listener: listener) == withCertificate)
    #expect(try seen(["By=a"], listener: listener, withCertificate: false) == without)
  }

  @Test func oneLineOfSeveral() throws {
    #expect(
      try seen(["By=a", "By=b"], listener: "forwardClientCert: append-forward") == [
        "By=a, By=b, " + Self.ours
      ])
    #expect(try seen([], listener: "forwardClientCert: append-forward") == [Self.ours])
    #expect(try seen([], withCertificate: false) == [])
  }

  /// What we add must not become part of a value that somebody left open.
  @Test(arguments: ["Subject=\"a", "Subject=\"a\\\"", "By=\"", "URI=spiffe://prod/admin;Subject=\"\\"])
  func openQuotesAreDropped(value: String) throws {
    #expect(try seen([value], listener: "forwardClientCert: append-forward") == [Self.ours])
    #expect(try seen(["By=a", value], listener: "forwardClientCert: append-forward") == [Self.ours])
  }

  @Test(arguments: ["Subject=\"a\\\"b\"", "Subject=\"a\\\\\"", "Subject=\"a,b;c\";By=\"\""])
  func closedOnesStay(value: String) throws {
    #expect(try seen([value], listener: "forwardClientCert: append-forward") == [value + ", " + Self.ours])
  }

  @Test func theStandardFollowsTrust() {
    #expect(ClientCertificateForwarding.standard(trustedHops: 0) == .sanitizeSet)
    #expect(ClientCertificateForwarding.standard(trustedHops: 2) == .appendForward)
  }
}
