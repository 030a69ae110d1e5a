import HTTP
import Telemetry
import Testing

/// `retry.on` by `grpc-status`: in a trailers-only head, and in trailers right behind a head.
@Suite struct GRPCRetryTests {
  static func rule(_ condition: String) -> String {
    "retry: {attempts: 1, on: [\(condition)], backoff: {base: 1ms, max: 1ms}}"
  }

  static let conditions = [
    ("cancelled", 1), ("deadline-exceeded", 4), ("resource-exhausted", 8), ("internal", 13),
    ("unavailable", 14),
  ]

  @Test(arguments: conditions, [false, true])
  func isRetriedWhereCovered(_ condition: (name: String, status: Int), isLate: Bool) throws {
    let bodies = Noted<String>()
    let origin = HTTP2Origin { call in
      bodies.note(try call.whole().text)
      if bodies.all.count % 2 == 0 { return try call.answer("ok") }
      if isLate { try call.failLate(condition.status) } else { try call.fail(condition.status) }
    }
    let proxy = try TestProxy(toHTTP2: origin.port, rule: Self.rule(condition.name))
    let answer = try proxy.connectHTTP2().unary()
    #expect(answer.trailer("grpc-status") == "0")
    #expect(answer.text == String(decoding: HTTP2Peer.frame("ok"), as: UTF8.self))
    #expect(bodies.all.count == 2 && bodies.all[0] == bodies.all[1])
    #expect(proxy.comesToRest)
    #expect(proxy.service[.retries] == 1)
  }

  @Test(arguments: [false, true]) func othersAreTheClients(isLate: Bool) throws {
    let calls = Notes()
    let origin = HTTP2Origin { call in
      calls.add(try call.whole().startLine)
      if isLate { try call.failLate(5) } else { try call.fail(5) }
    }
    let proxy = try TestProxy(toHTTP2: origin.port, rule: Self.rule("unavailable"))
    let answer = try proxy.connectHTTP2().unary()
    #expect((isLate ? answer.trailer("grpc-status") : answer["grpc-status"]) == "5")
    #expect(calls.count == 1)
    #expect(proxy.comesToRest)
    #expect(proxy.service[.notFound] == 1)
    #expect(proxy.service.requests.byClass[4] == 1)
  }

  @Test func whatWasRelayedIsNotRetried() throws {
    let calls = Notes()
    let origin = HTTP2Origin { call in
      calls.add(try call.whole().startLine)
      try call.answer("part", status: 14)
    }
    let proxy = try TestProxy(toHTTP2: origin.port, rule: Self.rule("unavailable"))
    let answer = try proxy.connectHTTP2().unary()
    #expect(answer.trailer("grpc-status") == "14")
    #expect(answer.text.hasSuffix("part"))
    #expect(calls.count == 1)
  }

  /// A conversation in which the client waits for the head before it says more.
  @Test func aHeadIsNotHeldFromAClientThatSends() throws {
    let origin = HTTP2Origin { call in
      try call.respond(200, HTTP2Peer.grpc)
      _ = try call.whole()
      call.end([("grpc-status", "0")])
    }
    let proxy = try TestProxy(toHTTP2: origin.port, rule: Self.rule("unavailable"))
    let call = try proxy.connectHTTP2().call()
    #expect(try call.head().status == 200)
    call.send(HTTP2Peer.frame("more"))
    call.end()
    #expect(try call.whole().trailer("grpc-status") == "0")
  }

  @Test(arguments: ["-1", "60000"]) func pushbackAsksForNoRetry(_ pushback: String) throws {
    let calls = Notes()
    let origin = HTTP2Origin { call in
      calls.add(try call.whole().startLine)
      try call.fail(14, [("grpc-retry-pushback-ms", pushback)])
    }
    let proxy = try TestProxy(toHTTP2: origin.port, rule: Self.rule("unavailable"))
    #expect(try proxy.connectHTTP2().unary()["grpc-status"] == "14")
    #expect(calls.count == 1)
    #expect(proxy.comesToRest)
    #expect(proxy.service[.retrySkippedRetryAfter] == 1)
  }

  @Test func pushbackIsWaitedFor() throws {
    let calls = Notes()
    let origin = HTTP2Origin { call in
      let isFirst = calls.add(try call.whole().startLine) == 0
      if isFirst { try call.failLate(14, [("grpc-retry-pushback-ms", "5")]) } else { try call.answer("ok") }
    }
    let proxy = try TestProxy(toHTTP2: origin.port, rule: Self.rule("unavailable"))
    #expect(try proxy.connectHTTP2().unary().trailer("grpc-status") == "0")
    #expect(calls.count == 2)
  }

  /// As Envoy's outlier detection: by the status of HTTP that says the same.
  @Test(arguments: [(14, true), (13, true), (2, true), (15, true), (5, false), (8, false), (0, false)])
  func theBreakerSeesTheStatus(_ status: Int, opens: Bool) throws {
    let origin = HTTP2Origin { call in
      _ = try call.whole()
      try call.answer("x", status: status)
    }
    let proxy = try TestProxy(
      toHTTP2: origin.port,
      service: "circuitBreaker: {failureRate: 50%, minimumRequests: 2, window: 10s, openFor: 60s}")
    let client = try proxy.connectHTTP2()
    for _ in 0..<2 { #expect(try client.unary().trailer("grpc-status") == "\(status)") }
    #expect(proxy.comesToRest)
    let answer = try client.unary()
    #expect((answer["grpc-message"] == "circuit breaker open") == opens)
  }

  @Test func theAccessLogHasTheStatus() throws {
    let origin = HTTP2Origin { call in
      _ = try call.whole()
      try call.answer("x", status: 9)
    }
    let logged = try LoggedProxy(format: "%RESPONSE_CODE% %GRPC_STATUS_NUMBER%") {
      try TestProxy(toHTTP2: origin.port, accessLog: $0)
    }
    let client = try logged.proxy.connectHTTP2()
    #expect(try client.unary().trailer("grpc-status") == "9")
    #expect(try client.exchange().status == 200)
    #expect(logged.proxy.comesToRest)
    #expect(logged.end() == ["200 9", "200 -"])
  }
}
