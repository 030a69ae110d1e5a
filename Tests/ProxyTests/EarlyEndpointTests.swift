import Telemetry
import Testing

/// Endpoints that speak, or finish, before they are asked: what they send is there when the connect is reported, and
/// nothing is reported after it.
@Suite struct EarlyEndpointTests {
  /// Sends a request, has the endpoint do `first` on the new connection before the worker looks at it, and gives the
  /// answer.
  static func answer(
    to request: String, service: String, _ first: @escaping @Sendable (Wire) throws -> Void
  ) throws -> Message {
    let created = Gate()
    let done = Notes()
    let origin = Origin { wire, _ in
      created.wait()
      try first(wire)
      done.add("")
      // It goes on reading, so that nothing but `first` ever comes of it.
      _ = try wire.readToEnd()
    }
    let driven = try DrivenProxy(to: [origin.port], service: service)
    let client = try driven.connect()
    try client.send(request)
    driven.run { driven.metrics.service(named: "origin")?[.connectionsCreated] == 1 }
    created.open()
    #expect(eventually { done.count == 1 })
    driven.run { driven.finished == 1 }
    #expect(driven.finished == 1)
    return try client.readMessage()
  }

  @Test func anAnswerThatComesWithTheConnectIsRead() throws {
    let message = try Self.answer(to: SpanTests.get, service: "") { wire in
      try wire.send("HTTP/1.1 503 Busy\r\nContent-Length: 4\r\nConnection: close\r\n\r\nbusy")
      wire.finish()
    }
    #expect(message.status == 503)
    #expect(message.text == "busy")
  }

  @Test(arguments: ["", "protocol: h2"]) func anEndThatComesWithTheConnectIsSeen(_ service: String) throws {
    let message = try Self.answer(to: SpanTests.get, service: service) { $0.finish() }
    #expect(message.status == 502)
  }

  /// SETTINGS that come with the connect are what a WebSocket's stream waits for.
  @Test func settingsThatComeWithTheConnectAreRead() throws {
    let message = try Self.answer(to: HTTP2UpstreamEndTests.ask, service: "protocol: h2") { wire in
      try wire.send([0, 0, 0, 4, 0, 0, 0, 0, 0])
    }
    // They do not allow it (RFC 8441).
    #expect(message.status == 502)
  }
}
