import HTTP
import Primitives
import Telemetry
import Testing

/// A web page's calls to a gRPC service: translated where the service speaks HTTP/2.
@Suite struct GRPCWebTests {
  static func request(_ type: String, _ body: String, _ fields: String = "") -> String {
    "POST /a.B/C HTTP/1.1\r\nHost: a\r\nContent-Type: \(type)\r\nContent-Length: \(body.utf8.count)\r\n\(fields)\r\n"
      + body
  }

  static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
  static let ask = text(HTTP2Peer.frame("ask"))
  /// `ask` in base64.
  static let askText = "AAAAAANhc2s="

  /// Notes what it got; answers `yes`, or what `answer` does.
  static func origin(
    _ seen: Noted<Message> = Noted(),
    _ answer: @escaping @Sendable (HTTP2Call) throws -> Void = { try $0.answer("yes") }
  ) -> HTTP2Origin {
    HTTP2Origin { call in
      seen.note(try call.whole())
      try answer(call)
    }
  }

  @Test func binary() throws {
    let seen = Noted<Message>()
    let origin = Self.origin(seen)
    let proxy = try TestProxy(toHTTP2: origin.port)
    let answer = try proxy.connect().exchange(Self.request("application/grpc-web+proto", Self.ask))
    #expect(seen.all.first?["content-type"] == "application/grpc+proto")
    #expect(seen.all.first?["te"] == "trailers")
    #expect(seen.all.first?.text == Self.ask)
    #expect(answer.status == 200)
    #expect(answer["content-type"] == "application/grpc-web")
    let last = "grpc-status: 0\r\n"
    let expected = HTTP2Peer.frame("yes") + [0x80, 0, 0, 0, UInt8(last.utf8.count)] + Array(last.utf8)
    #expect(answer.body == expected)
    #expect(answer.trailers.isEmpty)
    #expect(proxy.comesToRest)
    #expect(proxy.service[.ok] == 1)
  }

  @Test func textComesAndGoesInBase64() throws {
    let seen = Noted<Message>()
    let origin = Self.origin(seen)
    let proxy = try TestProxy(toHTTP2: origin.port)
    let answer = try proxy.connect().exchange(Self.request("application/grpc-web-text", Self.askText))
    #expect(seen.all.first?.text == Self.ask)
    #expect(answer["content-type"] == "application/grpc-web-text")
    #expect(answer.text.hasPrefix("AAAAAAN5ZXM="))
    #expect(answer.text.hasSuffix("gAAAABBncnBjLXN0YXR1czogMA0K"))
    #expect(proxy.comesToRest)
  }

  @Test func overHTTP2Too() throws {
    let origin = Self.origin()
    let proxy = try TestProxy(toHTTP2: origin.port)
    let answer = try proxy.connectHTTP2().exchange(
      "POST", "/a.B/C", [("content-type", "application/grpc-web-text")], body: Array(Self.askText.utf8))
    #expect(answer.text.hasPrefix("AAAAAAN5ZXM="))
    #expect(answer.trailers.isEmpty)
  }

  /// What is held for a further try is what the service is sent.
  @Test func theDecodedBodyIsSentAgain() throws {
    let seen = Noted<Message>()
    let origin = Self.origin(seen) { call in
      if seen.all.count == 1 { try call.failLate(14) } else { try call.answer("yes") }
    }
    let proxy = try TestProxy(toHTTP2: origin.port, rule: GRPCRetryTests.rule("unavailable"))
    let answer = try proxy.connect().exchange(Self.request("application/grpc-web-text", Self.askText))
    #expect(seen.all.map(\.text) == [Self.ask, Self.ask])
    #expect(answer.text.hasPrefix("AAAAAAN5ZXM="))
    #expect(proxy.comesToRest)
  }

  @Test func aTrailersOnlyResponseKeepsItsStatusInTheHead() throws {
    let origin = Self.origin { try $0.fail(5) }
    let proxy = try TestProxy(toHTTP2: origin.port)
    let answer = try proxy.connect().exchange(Self.request("application/grpc-web", Self.ask))
    #expect(answer["grpc-status"] == "5")
    #expect(answer["content-type"] == "application/grpc-web")
    #expect(answer.body.isEmpty)
  }

  @Test(arguments: ["AAAA*AAN", "AAAAAA"]) func whatIsNoBase64IsRefused(_ body: String) throws {
    let origin = HTTP2Origin { call in _ = try call.broken() }
    let proxy = try TestProxy(toHTTP2: origin.port)
    let answer = try proxy.connect().exchange(Self.request("application/grpc-web-text", body))
    #expect(answer["grpc-status"] == "13")
    #expect(answer["grpc-message"]?.contains("base64") == true)
    #expect(proxy.comesToRest)
  }

  @Test func anAnswerThatIsNoGRPCBreaksOff() throws {
    let origin = Self.origin { call in
      try call.respond(200, HTTP2Peer.grpc)
      call.send([0x80, 0, 0, 0, 0])
      call.end([("grpc-status", "0")])
    }
    let proxy = try TestProxy(toHTTP2: origin.port)
    let client = try proxy.connect()
    #expect(throws: Wire.Broken.self) {
      _ = try client.exchange(Self.request("application/grpc-web", Self.ask))
    }
    #expect(proxy.comesToRest)
    #expect(proxy.service[.protocolErrors] == 1)
  }

  @Test func aServiceOfHTTP1IsLeftToItself() throws {
    let origin = Origin.mirror()
    let proxy = try TestProxy(to: origin.port)
    let answer = try proxy.connect().exchange(Self.request("application/grpc-web", Self.ask))
    #expect(answer.mirrored["content-type"] == "application/grpc-web")
  }

  /// What became of such a call stands in the body, which is not read: HTTP's status alone is known.
  @Test func aServiceOfHTTP1IsJudgedByTheStatusOfHTTP() throws {
    let origin = Origin(answering: { _ in
      let body = Self.ask + "\u{80}\0\0\0\u{10}grpc-status: 0\r\n"
      return
        "HTTP/1.1 200 OK\r\nContent-Type: application/grpc-web\r\nContent-Length: \(body.utf8.count)\r\n\r\n"
        + body
    })
    let logged = try LoggedProxy(format: "%RESPONSE_CODE% %GRPC_STATUS_NUMBER%") {
      try TestProxy(
        to: origin.port,
        service: "circuitBreaker: {failureRate: 50%, minimumRequests: 2, window: 10s, openFor: 60s}",
        accessLog: $0)
    }
    let client = try logged.proxy.connect()
    for _ in 0..<4 {
      #expect(try client.exchange(Self.request("application/grpc-web", Self.ask)).status == 200)
    }
    #expect(logged.proxy.comesToRest)
    #expect(logged.end() == Array(repeating: "200 -", count: 4))
  }
}
