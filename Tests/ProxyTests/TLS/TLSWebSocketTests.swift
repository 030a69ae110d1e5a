import HTTP
import Reactor
import Telemetry
import Testing

@testable import Proxy

/// WebSockets to services whose endpoints say by ALPN what they speak, each for itself.
@Suite struct TLSWebSocketTests {
  /// Which versions a service's endpoints speak, in the order in which they are asked.
  static let mixtures: [[ApplicationProtocol]] = [[.h2], [.http11], [.http11, .h2], [.h2, .http11]]

  /// Serves tunnels in the version that it speaks.
  private static func origin(
    _ world: TLSWorld, _ version: ApplicationProtocol,
    _ serve: @escaping @Sendable (HTTP2Call) throws -> Void = { try WebSocketTests.serve($0) }
  ) throws -> Origin {
    let context = try world.serverContext(nil, [version])
    return Origin { wire, _ in
      try wire.secure(context)
      if version == .http11 {
        try WebSocketTests.serve(wire)
        wire.channel?.finish()
        // The client's side of the tunnel ends by itself.
        while try !wire.readSome().isEmpty {}
        return
      }
      let peer = HTTP2Peer(.server, wire, HTTP2Settings())
      while let call = try peer.accept() {
        try? serve(call)
        try peer.flush()
      }
    }
  }

  private static func proxy(_ world: TLSWorld, _ origins: [Origin], rule: String = "") throws -> TestProxy {
    try TestProxy(
      endpoints: origins.map(\.port), rule: rule, service: "protocol: auto, " + world.service())
  }

  @Test(arguments: mixtures) func clientsOfHTTP1(_ versions: [ApplicationProtocol]) throws {
    let world = try TLSWorld()
    let origins = try versions.map { try Self.origin(world, $0) }
    let proxy = try Self.proxy(world, origins)
    // The first asks those of whom nothing is known, and the later ones those of whom something is.
    for _ in 0..<4 {
      let client = try proxy.connect()
      try client.send(WebSocketTests.upgrade)
      let answer = try client.readHead()
      #expect(answer.status == 101)
      #expect(answer["sec-websocket-accept"] == WebSocketTests.accept)
      if answer.status == 101 { try WebSocketTests.talk(client) }
    }
    #expect(proxy.comesToRest)
  }

  @Test(arguments: mixtures) func clientsOfHTTP2(_ versions: [ApplicationProtocol]) throws {
    let world = try TLSWorld()
    let origins = try versions.map { try Self.origin(world, $0) }
    let proxy = try Self.proxy(world, origins)
    let client = try proxy.connectHTTP2()
    for _ in 0..<4 {
      let call = try WebSocketTests.connect(client)
      let answer = try call.head()
      #expect(answer.status == 200)
      #expect(answer["sec-websocket-accept"] == nil)
      if answer.status == 200 { try WebSocketTests.talk(call) }
    }
    #expect(proxy.comesToRest)
  }

  /// An attempt that one version has refused is made again in the other's way.
  @Test func aRetryIsTranslatedAnew() throws {
    let world = try TLSWorld()
    let refusing = try Self.origin(world, .h2) { call in
      _ = try call.head()
      try call.reset(.refusedStream)
    }
    let good = try Self.origin(world, .http11)
    let proxy = try Self.proxy(
      world, [refusing, good], rule: "retry: {attempts: 3, on: [refused-stream], backoff: {base: 1ms}}")
    for _ in 0..<2 {
      let client = try proxy.connect()
      try client.send(WebSocketTests.upgrade)
      #expect(try client.readHead()["sec-websocket-accept"] == WebSocketTests.accept)
      try WebSocketTests.talk(client)
      let call = try WebSocketTests.connect(try proxy.connectHTTP2())
      #expect(try call.head().status == 200)
      try WebSocketTests.talk(call)
    }
    #expect(proxy.comesToRest)
  }

  /// A good answer over HTTP/2 to what was no extended CONNECT is an answer, whatever the client has asked for.
  @Test func anAnswerIsNoTunnel() throws {
    let world = try TLSWorld()
    let first = try Self.origin(world, .http11)
    let second = try Self.origin(world, .h2) { call in
      let request = try call.whole()
      try call.respond(200, [("x-line", request.startLine)], ends: true)
    }
    let proxy = try Self.proxy(world, [first, second])
    // Whichever comes first: the last one that was asked speaks HTTP/1, and the next one does not.
    #expect(try (0..<2).contains { _ in try proxy.get().status == 403 })
    let answer = try proxy.connect().exchange(TunnelTests.ask)
    #expect(answer["x-line"] == "GET /chat HTTP/2")
    #expect(proxy.tunnels == 0)
    #expect(proxy.comesToRest)
  }

  /// What has no translation is refused when the endpoint's version is known, and its connection serves others.
  @Test func otherProtocolsHaveNoTranslation() throws {
    let world = try TLSWorld()
    let context = try world.serverContext(nil, [.http11])
    let origin = Origin(context) { _, _ in "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi" }
    let proxy = try Self.proxy(world, [origin])
    let client = try proxy.connectHTTP2()
    for _ in 0..<2 {
      let call = try client.start("CONNECT", "/chat", connect: "echo", ends: false)
      #expect(try call.whole().status == 501)
    }
    #expect(try proxy.get().text == "hi")
    #expect(origin.connections == 1)
    #expect(proxy.comesToRest)
  }
}
