import HTTP
import Reactor
import Telemetry
import TestCertificates
import Testing

@testable import Proxy

@Suite struct TLSListenerTests {
  private func proxy(_ world: TLSWorld, _ listener: String, to port: UInt16) throws -> TestProxy {
    try TestProxy(to: port, listener: listener)
  }

  @Test func requestsAreForwardedAndSayHowTheyCame() throws {
    let world = try TLSWorld()
    let origin = Origin(answering: { message in
      let text = message["x-forwarded-proto"] ?? "none"
      return "HTTP/1.1 200 OK\r\nContent-Length: \(text.utf8.count)\r\n\r\n\(text)"
    })
    let proxy = try proxy(world, world.listener(), to: origin.port)
    let client = try proxy.connect()
    try client.secure(try world.clientContext())
    for _ in 0..<3 {
      let answer = try client.exchange("GET / HTTP/1.1\r\nHost: test\r\n\r\n")
      #expect(answer.status == 200)
      #expect(answer.text == "https")
    }
    #expect(proxy.metrics[.handshakesFull] == 1)
    #expect(eventually { proxy.metrics.gauge(.handshakes) == 0 })
    #expect(proxy.comesToRest)
  }

  @Test func theClientChoosesHTTP2() throws {
    let world = try TLSWorld()
    let origin = Origin(body: "hello")
    let proxy = try proxy(world, world.listener(), to: origin.port)
    let wire = try proxy.connect()
    try wire.secure(try world.clientContext(nil, [.h2, .http11]))
    #expect(wire.channel?.details?.applicationProtocol == .h2)
    let peer = HTTP2Peer(.client, wire, HTTP2Settings())
    for _ in 0..<3 { #expect(try peer.exchange().text == "hello") }
  }

  @Test func sessionsAreResumed() throws {
    let world = try TLSWorld()
    let origin = Origin(body: "hello")
    let proxy = try TestProxy(to: origin.port, workers: 2, listener: world.askingListener())
    let store = TLSSessionStore()
    let context = try world.clientContext(world.client)
    for round in 0..<5 {
      let client = try proxy.connect()
      try client.secure(context, resuming: store)
      #expect(try client.exchange("GET / HTTP/1.1\r\nHost: test\r\n\r\n").text == "hello")
      #expect(client.channel?.details?.isResumed == (round > 0))
    }
    #expect(proxy.metrics[.handshakesResumed] == 4)
  }

  @Test func largeBodiesPassBothWays() throws {
    let world = try TLSWorld()
    let origin = Origin(answering: { message in
      "HTTP/1.1 200 OK\r\nContent-Length: \(message.body.count)\r\n\r\n" + message.text
    })
    let proxy = try proxy(world, world.listener(), to: origin.port)
    let client = try proxy.connect()
    try client.secure(try world.clientContext())
    let body = String(repeating: "0123456789abcdef", count: 20_000)
    try client.send("POST / HTTP/1.1\r\nHost: test\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)")
    #expect(try client.readMessage().text == body)
  }

  /// What came with the handshake's last message is served at once.
  @Test func manyAtOnceComeThrough() throws {
    let world = try TLSWorld()
    let origin = Origin(body: "hello")
    let proxy = try TestProxy(to: origin.port, workers: 2, listener: world.listener())
    let context = try world.clientContext()
    let good = Notes()
    inParallel(20) { _ in
      for _ in 0..<5 {
        guard let client = try? proxy.connect(), (try? client.secure(context)) != nil,
          (try? client.exchange("GET / HTTP/1.1\r\nHost: test\r\n\r\n"))?.text == "hello"
        else { continue }
        good.add("")
      }
    }
    #expect(good.count == 100)
    #expect(proxy.comesToRest)
  }

  @Test func theAccessLogKnowsThePeer() throws {
    let world = try TLSWorld()
    let origin = Origin(body: "hello")
    let logged = try LoggedProxy(
      format:
        "%DOWNSTREAM_TLS_VERSION% %DOWNSTREAM_TLS_CIPHER% %REQUESTED_SERVER_NAME% %DOWNSTREAM_PEER_URI_SAN% %DOWNSTREAM_PEER_SUBJECT%"
    ) { try TestProxy(to: origin.port, listener: world.askingListener("optional"), accessLog: $0) }
    for made in [world.client, nil] {
      let client = try logged.proxy.connect()
      try client.secure(try world.clientContext(made))
      #expect(try client.exchange("GET / HTTP/1.1\r\nHost: test\r\n\r\n").status == 200)
    }
    #expect(
      logged.end() == [
        "TLSv1.3 TLS_AES_128_GCM_SHA256 test.example spiffe://example.org/ns/shop/sa/client CN=client",
        "TLSv1.3 TLS_AES_128_GCM_SHA256 test.example - -",
      ])
  }

  @Test func plainHTTPIsToldSo() throws {
    let world = try TLSWorld()
    let proxy = try proxy(world, world.listener(), to: Origin.closedPort())
    let client = try proxy.connect()
    let answer = try client.exchange("GET / HTTP/1.1\r\nHost: test\r\n\r\n")
    #expect(answer.status == 400)
    #expect(answer.text == "apus: plain HTTP was sent to a port that takes TLS\n")
    #expect(
      answer["proxy-status"]
        == "apus;error=http_request_error;details=\"plain HTTP was sent to a port that takes TLS\"")
    #expect(answer["date"] != nil && answer["connection"] == "close")
    #expect(try client.readToEnd().isEmpty)
    #expect(eventually { proxy.metrics.failed(.plainHTTP, upstream: false) == 1 })
  }

  @Test func permissiveListenersTakeBoth() throws {
    let world = try TLSWorld()
    let origin = Origin(answering: { message in
      let text = message["x-forwarded-proto"] ?? "none"
      return "HTTP/1.1 200 OK\r\nContent-Length: \(text.utf8.count)\r\n\r\n\(text)"
    })
    let proxy = try proxy(world, world.listener("permissive: true"), to: origin.port)
    for request in ["GET / HTTP/1.1\r\nHost: test\r\n\r\n", "GET /a HTTP/1.1\r\nHost: test\r\n\r\n"] {
      let plain = try proxy.connect()
      #expect(try plain.exchange(request).text == "http")
      #expect(try plain.exchange(request).text == "http")
      let secure = try proxy.connect()
      try secure.secure(try world.clientContext())
      #expect(try secure.exchange(request).text == "https")
    }
    let peer = try proxy.connectHTTP2()
    #expect(try peer.exchange().text == "http")
  }

  @Test func tlsToAPlainListenerEnds() throws {
    let world = try TLSWorld()
    let proxy = try TestProxy(to: Origin.closedPort())
    let client = try proxy.connect()
    #expect(throws: (any Error).self) { try client.secure(try world.clientContext()) }
    #expect(eventually { proxy.metrics[.tlsOnPlainListener] == 1 })
    #expect(eventually { proxy.clients == 0 })
  }

  @Test func whoIsNotTrustedIsRefused() throws {
    let world = try TLSWorld()
    let proxy = try proxy(world, world.askingListener(), to: Origin.closedPort())
    let stranger = TestAuthority("stranger").issue(CertificateProfile("x"))
    let cases: [(TestCertificate?, TLSFailure.Reason, UInt8)] = [
      (nil, .noCertificate, 116), (stranger, .unknownAuthority, 48),
      (TLSWorld.authority.issue(CertificateProfile("old").with { $0.to = -0.1 }), .expired, 45),
    ]
    for (made, reason, alert) in cases {
      let client = try proxy.connect()
      // TLS 1.3: the client learns of it when it reads.
      #expect(throws: TLSFailure(.peerAlert, alert: alert)) {
        try client.secure(try world.clientContext(made))
        _ = try client.exchange("GET / HTTP/1.1\r\nHost: test\r\n\r\n")
      }
      #expect(eventually { proxy.metrics.failed(reason, upstream: false) == 1 })
    }
    #expect(eventually { proxy.metrics.gauge(.handshakes) == 0 })
  }
}
