import Certificates
import HTTP
import Identity
import Primitives
import Telemetry
import Testing

@testable import Proxy

/// Who a client is, put where the handshake will put it.
@Suite struct PeerIdentityTests {
  static func peer(_ uri: String) -> PeerIdentity {
    PeerIdentity(
      CertificateDescription(
        subject: "CN=x", issuer: "CN=ca", serial: "01", notBefore: 0, notAfter: 1, fingerprint: [1, 2],
        uris: [uri],
        uriCount: 1, key: ""))
  }

  private func proxy(_ origin: Origin) throws -> DrivenProxy {
    try DrivenProxy(
      to: [origin.port],
      route:
        "authorization: {rules: [{name: web, action: allow, when: {identities: ['spiffe://prod/ns/*/sa/web']}}]}"
    )
  }

  private let get = "GET / HTTP/1.1\r\nHost: test\r\n\r\n"

  @Test func itDecidesOnHTTP1() throws {
    let origin = Origin(body: "ok")
    let proxy = try proxy(origin)
    let client = try proxy.connect()
    #expect(try proxy.exchange(get, on: client).status == 403)
    let connection = try #require(proxy.worker.downstreams.all.first)
    connection.client = AuthenticatedClient(Self.peer("spiffe://prod/ns/shop/sa/web"), on: proxy.worker)
    #expect(try proxy.exchange(get, on: client).text == "ok")
    connection.client = AuthenticatedClient(Self.peer("spiffe://prod/ns/shop/sa/api"), on: proxy.worker)
    #expect(try proxy.exchange(get, on: client).status == 403)
    let other = try proxy.connect()
    #expect(try proxy.exchange(get, on: other).status == 403)
    let peers = proxy.metrics.peers.mapValues(\.byClass)
    #expect(
      peers == [
        "spiffe://prod/ns/shop/sa/web": [0, 0, 1, 0, 0, 0],
        "spiffe://prod/ns/shop/sa/api": [0, 0, 0, 0, 1, 0],
      ])
  }

  /// The handshake is over before anybody knows which version follows.
  @Test func itGoesOverToHTTP2() throws {
    let origin = Origin(body: "ok")
    let proxy = try proxy(origin)
    let wire = try proxy.connect()
    proxy.run { proxy.worker.downstreams.count == 1 }
    try #require(proxy.worker.downstreams.all.first).client = AuthenticatedClient(
      Self.peer("spiffe://prod/ns/shop/sa/web"), on: proxy.worker)
    let client = HTTP2Peer(.client, wire)
    let call = try client.start()
    proxy.run { proxy.finished == 1 }
    #expect(try call.whole().text == "ok")
    #expect(proxy.worker.http2Downstreams.all.first?.client?.identity.name == "spiffe://prod/ns/shop/sa/web")
  }
}
