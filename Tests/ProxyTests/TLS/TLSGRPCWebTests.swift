import HTTP
import Reactor
import Telemetry
import Testing

@testable import Proxy

/// A web page's calls to services whose endpoints say by ALPN what they speak, each for itself.
@Suite struct TLSGRPCWebTests {
  /// What an endpoint got: which version it speaks, and the call.
  struct Seen {
    let version: ApplicationProtocol
    let call: Message
  }

  private static func origin(
    _ world: TLSWorld, _ version: ApplicationProtocol, _ seen: Noted<Seen>,
    _ answer: @escaping @Sendable (HTTP2Call) throws -> Void = { try $0.answer("yes") }
  ) throws -> Origin {
    let context = try world.serverContext(nil, [version])
    return Origin { wire, _ in
      try wire.secure(context)
      if version == .http11 {
        while true {
          seen.note(Seen(version: version, call: try wire.readMessage()))
          try wire.send("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nas web")
        }
      }
      let peer = HTTP2Peer(.server, wire, HTTP2Settings())
      while let call = try peer.accept() {
        seen.note(Seen(version: version, call: try call.whole()))
        try answer(call)
      }
    }
  }

  private static func proxy(_ world: TLSWorld, _ origins: [Origin], rule: String = "") throws -> TestProxy {
    try TestProxy(
      endpoints: origins.map(\.port), rule: rule, service: "protocol: auto, " + world.service())
  }

  private static func expectUnderstood(_ seen: Noted<Seen>) {
    for one in seen.all {
      let isTranslated = one.version == .h2
      #expect(one.call["content-type"] == "application/grpc\(isTranslated ? "" : "-web-text")+proto")
      #expect(one.call.text == (isTranslated ? GRPCWebTests.ask : GRPCWebTests.askText))
      #expect((one.call["x-grpc-web"] == nil) == isTranslated)
      #expect((one.call["te"] == "trailers") == isTranslated)
      #expect((one.call["grpc-accept-encoding"] != nil) == isTranslated)
    }
  }

  /// Whichever an endpoint speaks, it gets what it understands; the first calls ask those of whom nothing is known.
  @Test(arguments: TLSWebSocketTests.mixtures, [false, true])
  func eachGetsWhatItUnderstands(_ versions: [ApplicationProtocol], overHTTP2: Bool) throws {
    let world = try TLSWorld()
    let seen = Noted<Seen>()
    let origins = try versions.map { try Self.origin(world, $0, seen) }
    let proxy = try Self.proxy(world, origins)
    for _ in 0..<4 {
      let answer: Message
      if overHTTP2 {
        answer = try proxy.connectHTTP2().exchange(
          "POST", "/a.B/C", [("content-type", "application/grpc-web-text+proto"), ("x-grpc-web", "1")],
          body: Array(GRPCWebTests.askText.utf8))
      } else {
        answer = try proxy.connect().exchange(
          GRPCWebTests.request(
            "application/grpc-web-text+proto", GRPCWebTests.askText, "X-Grpc-Web: 1\r\n"))
      }
      let isTranslated = seen.all.last?.version == .h2
      #expect(isTranslated ? answer.text.hasPrefix("AAAAAAN5ZXM=") : answer.text == "as web")
    }
    Self.expectUnderstood(seen)
    #expect(Set(seen.all.map(\.version)) == Set(versions))
    #expect(proxy.comesToRest)
  }

  /// A further attempt gets the call in its own endpoint's way, whichever the one before was made in.
  @Test func aRetryIsTranslatedAnew() throws {
    let world = try TLSWorld()
    let seen = Noted<Seen>()
    let origins = [
      try Self.origin(world, .h2, seen) { try $0.reset(.refusedStream) },
      try Self.origin(world, .http11, seen),
    ]
    let proxy = try Self.proxy(
      world, origins, rule: "retry: {attempts: 3, on: [refused-stream], backoff: {base: 1ms}}")
    for _ in 0..<2 {
      let answer = try proxy.connect().exchange(
        GRPCWebTests.request("application/grpc-web-text+proto", GRPCWebTests.askText, "X-Grpc-Web: 1\r\n"))
      #expect(answer.text == "as web")
    }
    Self.expectUnderstood(seen)
    #expect(seen.all.contains { $0.version == .h2 })
    #expect(proxy.comesToRest)
  }
}
