import HTTP
import Telemetry
import Testing

/// Answers of the proxy's own to clients of gRPC.
@Suite struct GRPCErrorTests {
  @Test func aTrailersOnlyResponseSaysWhy() throws {
    let proxy = try TestProxy(toHTTP2: Origin.closedPort())
    let answer = try proxy.connectHTTP2().unary()
    #expect(answer.status == 200)
    #expect(answer["content-type"] == "application/grpc")
    #expect(answer["grpc-status"] == "14")
    #expect(answer["grpc-message"] == "connection refused by the endpoint")
    #expect(answer["proxy-status"]?.hasPrefix("apus;error=connection_refused") == true)
    #expect(answer.body.isEmpty)
    #expect(answer.trailers.isEmpty)
    #expect(proxy.comesToRest)
    // Counted as what it means, not as the 200 that carries it.
    #expect(proxy.service.requests.byClass[5] == 1)
    #expect(proxy.service[.unavailable] == 1)
  }

  @Test func theCodeIsThatOfTheReason() throws {
    let origin = HTTP2Origin { try $0.answer("never") }
    let proxy = try TestProxy(
      """
      routes: [{name: all, hostnames: [other], rules: [{backendRefs: [{name: origin}]}]}]
      services: [{name: origin, protocol: h2, endpoints: ["127.0.0.1:\(origin.port)"]}]
      """)
    #expect(try proxy.connectHTTP2().unary()["grpc-status"] == "12")
  }

  @Test(arguments: ["application/grpc-web+proto", "application/grpc-web-text"])
  func webClientsGetTheirOwnType(_ type: String) throws {
    let proxy = try TestProxy(toHTTP2: Origin.closedPort())
    let answer = try proxy.connect().exchange(
      "POST /a.B/C HTTP/1.1\r\nHost: a\r\nContent-Type: \(type)\r\nContent-Length: 4\r\n\r\nAAAA")
    #expect(answer.status == 200)
    #expect(answer["content-type"]?.hasPrefix("application/grpc-web") == true)
    #expect(answer["grpc-status"] == "14")
    #expect(answer["content-length"] == "0")
  }

  @Test func othersGetHTTP() throws {
    let proxy = try TestProxy(toHTTP2: Origin.closedPort())
    let answer = try proxy.connectHTTP2().exchange()
    #expect(answer.status == 503)
    #expect(answer["grpc-status"] == nil)
  }

  /// gRPC's table of what a reset means to a call, and what the client is told of one in the middle of an answer.
  @Test(arguments: [
    (HTTP2ErrorCode.cancel, "1", HTTP2ErrorCode.cancel), (.enhanceYourCalm, "8", .enhanceYourCalm),
    (.refusedStream, "14", .internalError), (.protocolError, "13", .internalError),
    (.inadequateSecurity, "7", .internalError), (.internalError, "13", .internalError),
  ])
  func resets(_ code: HTTP2ErrorCode, _ grpc: String, _ passed: HTTP2ErrorCode) throws {
    let origin = HTTP2Origin { call in
      if try call.head().startLine.contains("late") {
        try call.respond()
        call.send("part")
        try call.peer.flush()
      }
      try call.reset(code)
    }
    let proxy = try TestProxy(toHTTP2: origin.port)
    let client = try proxy.connectHTTP2()
    #expect(try client.unary()["grpc-status"] == grpc)
    #expect(try client.start("GET", "/late").broken() == passed)
    #expect(proxy.comesToRest)
  }

  @Test func aClientsResetReachesTheEndpoint() throws {
    let seen = Noted<HTTP2ErrorCode>()
    let origin = HTTP2Origin { call in
      try call.respond(200, HTTP2Peer.grpc)
      call.send(HTTP2Peer.frame("1"))
      seen.note(try call.broken())
    }
    let proxy = try TestProxy(toHTTP2: origin.port)
    let client = try proxy.connectHTTP2()
    let call = try client.call()
    _ = try call.body(atLeast: 6)
    try call.reset(.cancel)
    #expect(eventually { seen.all == [.cancel] })
    #expect(proxy.comesToRest)
  }
}
