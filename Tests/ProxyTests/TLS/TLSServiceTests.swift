import Certificates
import HTTP
import Reactor
import Telemetry
import TestCertificates
import Testing

@testable import Proxy

@Suite struct TLSServiceTests {
  static let get = "GET / HTTP/1.1\r\nHost: test\r\n\r\n"

  @Test func endpointsAreReachedOverTLS() throws {
    let world = try TLSWorld()
    let origin = Origin(try world.serverContext(asks: true)) { _, details in
      let text = details?.peer?.certificate.uris.first ?? ""
      return "HTTP/1.1 200 OK\r\nContent-Length: \(text.utf8.count)\r\n\r\n\(text)"
    }
    let proxy = try TestProxy(to: origin.port, service: world.service())
    let client = try proxy.connect()
    for _ in 0..<3 {
      #expect(try client.exchange(Self.get).text == "spiffe://example.org/ns/shop/sa/client")
    }
    // A ticket that comes with the first answer does not keep the connection from being used again.
    #expect(origin.connections == 1)
    #expect(proxy.metrics[.upstreamHandshakesFull] == 1)
    #expect(proxy.comesToRest)
  }

  @Test func sessionsAreResumedForEachEndpoint() throws {
    let world = try TLSWorld()
    let context = try world.serverContext()
    func origin(_ name: String) -> Origin {
      Origin { wire, _ in
        try wire.secure(context)
        _ = try wire.readMessage()
        let text = "\(name) \(wire.channel?.details?.isResumed ?? false)"
        try wire.send(
          "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: \(text.utf8.count)\r\n\r\n\(text)")
        wire.channel?.finish()
      }
    }
    // All with the same keys of tickets: one's session would be taken by another.
    let origins = ["a", "b", "c"].map(origin)
    let proxy = try TestProxy(endpoints: origins.map(\.port), service: world.service(""))
    let seen = try (0..<9).map { _ in try proxy.get().text }
    for name in ["a", "b", "c"] {
      #expect(
        seen.filter { $0.hasPrefix(name) } == ["\(name) false", "\(name) true", "\(name) true"], "\(seen)")
    }
    #expect(proxy.metrics[.upstreamHandshakesResumed] == 6)
  }

  @Test func endpointsMaySpeakHTTP2() throws {
    let world = try TLSWorld()
    let context = try world.serverContext()
    let origin = Origin { wire, _ in
      try wire.secure(context)
      let peer = HTTP2Peer(.server, wire, HTTP2Settings())
      while let call = try peer.accept() {
        try call.respond()
        call.send("hello")
        call.end()
        try peer.flush()
      }
    }
    let proxy = try TestProxy(to: origin.port, service: "protocol: h2, " + world.service())
    let client = try proxy.connect()
    for _ in 0..<3 { #expect(try client.exchange(Self.get).text == "hello") }
    #expect(origin.connections == 1)
    #expect(proxy.comesToRest)
  }

  struct Bad: Sendable {
    var name: String
    var profile = CertificateProfile("x", "DNS:test.example")
    var authority = TLSWorld.authority
    var protocols: [ApplicationProtocol] = [.h2, .http11]
    var service = "protocol: http1"
    var reason: TLSFailure.Reason
    var status: String
  }

  static let bad = [
    Bad(
      name: "expired", profile: CertificateProfile("x", "DNS:test.example").with { $0.to = -0.1 },
      reason: .expired,
      status: "apus;error=tls_certificate_error;details=\"TLS: the peer's certificate has expired\""),
    Bad(
      name: "wrong name", profile: CertificateProfile("x", "DNS:other.example"), reason: .wrongName,
      status: "apus;error=tls_certificate_error;details=\"TLS: the peer's certificate is for another name\""),
    Bad(
      name: "wrong authority", authority: TestAuthority("stranger"), reason: .unknownAuthority,
      status:
        "apus;error=tls_certificate_error;details=\"TLS: the peer's certificate is of an unknown authority\""),
    Bad(
      name: "no h2", protocols: [.http11], service: "protocol: h2", reason: .peerAlert,
      status: "apus;error=tls_alert_received;details=\"TLS alert 120: no application protocol\""),
  ]

  @Test(arguments: bad) func badEndpointsAreNamed(_ one: Bad) throws {
    let world = try TLSWorld()
    let context = try world.serverContext(one.authority.issue(one.profile), one.protocols)
    let origin = Origin(context) { _, _ in "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n" }
    let logged = try LoggedProxy(format: "%RESPONSE_CODE_DETAILS% %REASON%") {
      try TestProxy(to: origin.port, service: "\(one.service), " + world.service(), accessLog: $0)
    }
    let answer = try logged.proxy.get()
    #expect(answer.status == 502)
    #expect(answer["proxy-status"] == one.status)
    #expect(logged.proxy.metrics.failed(one.reason, upstream: true) == 1)
    #expect(logged.proxy.comesToRest)
    let line = logged.end()
    let reason = one.reason == .peerAlert ? "tls_alert_received" : "tls_certificate_error"
    #expect(line.first?.hasPrefix(reason + " TLS") == true, "\(line)")
  }

  /// TLS 1.3 tells a client of its certificate only after the handshake.
  @Test func aRefusedCertificateIsAnAlert() throws {
    let world = try TLSWorld()
    let origin = Origin(try world.serverContext(asks: true)) { _, _ in
      "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
    }
    let proxy = try TestProxy(to: origin.port, service: world.service(""))
    let answer = try proxy.get()
    #expect(answer.status == 502)
    #expect(
      answer["proxy-status"]
        == "apus;error=tls_alert_received;details=\"TLS alert 116: certificate required\"")
    #expect(proxy.comesToRest)
  }

  @Test func plainEndpointsAreNamed() throws {
    let world = try TLSWorld()
    let origin = Origin { wire, _ in
      _ = try wire.readSome()
      try wire.send("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
    }
    let proxy = try TestProxy(to: origin.port, service: world.service())
    let answer = try proxy.get()
    #expect(
      answer["proxy-status"] == "apus;error=tls_protocol_error;details=\"TLS: the peer speaks plain HTTP\"")
  }

  @Test func whoeverIsThereIsTakenWhereThatIsAskedFor() throws {
    let world = try TLSWorld()
    let context = try world.serverContext(TestAuthority("stranger").issue(CertificateProfile("x")))
    let origin = Origin(context) { _, _ in "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n" }
    let proxy = try TestProxy(to: origin.port, service: "tls: {insecureSkipVerify: true}")
    #expect(try proxy.get().status == 200)
  }

  /// A body that ends with the connection is whole only where TLS says so.
  enum End: CaseIterable { case goodbye, goodbyeOnly, cut }

  @Test(arguments: End.allCases) func anEndWithoutGoodbyeIsNoEnd(_ end: End) throws {
    let world = try TLSWorld()
    let context = try world.serverContext()
    let origin = Origin { wire, _ in
      try wire.secure(context)
      _ = try wire.readMessage()
      try wire.send("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nsome of it")
      switch end {
      case .goodbye: wire.channel?.finish()
      case .goodbyeOnly:
        // The connection stays open until the other side says something, or ends.
        wire.channel?.sayGoodbye()
        _ = try wire.readSome()
      case .cut: break
      }
    }
    let proxy = try TestProxy(to: origin.port, service: world.service())
    let client = try proxy.connect()
    if end != .cut {
      #expect(try client.exchange(Self.get).text == "some of it")
    } else {
      #expect(throws: (any Error).self) { try client.exchange(Self.get) }
    }
    #expect(proxy.comesToRest)
  }

  /// Whoever answered stands in the access log, and only where it did.
  @Test(arguments: ["http1", "h2"]) func theLogTellsWhoTheEndpointIs(_ version: String) throws {
    let world = try TLSWorld()
    let shown = TLSWorld.authority.issue(
      CertificateProfile("web", "DNS:test.example", "URI:spiffe://example.org/ns/shop/sa/web"))
    try world.write(shown, "server")
    let origin = Origin(body: "hello")
    let inner = try TestProxy(to: origin.port, listener: world.listener())
    let logged = try LoggedProxy(
      format: "%UPSTREAM_TLS_VERSION% %UPSTREAM_PEER_URI_SAN% %UPSTREAM_PEER_SUBJECT%"
    ) {
      try TestProxy(
        endpoints: [inner.port, Origin.closedPort()], service: "protocol: \(version), " + world.service(),
        accessLog: $0)
    }
    let statuses = try (0..<2).map { _ in try logged.proxy.get().status }
    #expect(statuses.sorted() == [200, 503])
    #expect(logged.proxy.comesToRest)
    let lines = [200: "TLSv1.3 spiffe://example.org/ns/shop/sa/web CN=web", 503: "- - -"]
    #expect(logged.end() == statuses.map { lines[$0] ?? "" })
  }

  @Test func twoProxiesTalkMutualTLS() throws {
    let world = try TLSWorld()
    let origin = Origin(answering: { message in
      let text = "\(message["x-forwarded-proto"] ?? "")"
      return "HTTP/1.1 200 OK\r\nContent-Length: \(text.utf8.count)\r\n\r\n\(text)"
    })
    for spoken in ["http1", "h2"] {
      let inner = try TestProxy(to: origin.port, listener: world.askingListener())
      let outer = try TestProxy(to: inner.port, service: "protocol: \(spoken), " + world.service())
      let client = try outer.connect()
      for _ in 0..<5 { #expect(try client.exchange(Self.get).text == "https") }
      #expect(inner.metrics[.handshakesFull] == 1)
      #expect(outer.comesToRest)
      #expect(inner.comesToRest)
    }
  }
}
