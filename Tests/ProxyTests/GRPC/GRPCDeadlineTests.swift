import HTTP
import Primitives
import Telemetry
import Testing

/// `grpc-timeout`: the caller's time, of which each attempt gets what is left.
@Suite struct GRPCDeadlineTests {
  @Test func theExchangeEndsWithTheCallersTime() throws {
    let origin = HTTP2Origin { call in _ = try call.broken() }
    let proxy = try TestProxy(toHTTP2: origin.port)
    let answer = try proxy.connectHTTP2().unary("/a.B/C", [("grpc-timeout", "50m")])
    #expect(answer["grpc-status"] == "4")
    #expect(answer["proxy-status"]?.contains("http_response_timeout") == true)
    #expect(answer["grpc-message"] == "deadline of the call (grpc-timeout)")
    #expect(proxy.comesToRest)
    #expect(proxy.service[.requestTimeout] == 1)
    #expect(proxy.service[.deadlineExceeded] == 1)
  }

  @Test(arguments: ["soon", "1", "123456789S"]) func whatIsNoTimeGoesOnAsItCame(_ value: String) throws {
    let seen = Noted<String>()
    let origin = HTTP2Origin { call in
      seen.note(try call.whole()["grpc-timeout"] ?? "none")
      try call.answer("ok")
    }
    let proxy = try TestProxy(toHTTP2: origin.port)
    let answer = try proxy.connectHTTP2().unary("/a.B/C", [("grpc-timeout", value)])
    #expect(answer.trailer("grpc-status") == "0")
    #expect(seen.all == [value])
  }

  @Test func itHoldsBeforeTheRequestIsComplete() throws {
    let origin = HTTP2Origin { call in _ = try call.broken() }
    let proxy = try TestProxy(toHTTP2: origin.port)
    let call = try proxy.connectHTTP2().call("/a.B/C", [("grpc-timeout", "50m")])
    #expect(try call.whole()["grpc-status"] == "4")
    #expect(proxy.comesToRest)
  }

  @Test func itHoldsWhileTheAnswerGoesOut() throws {
    let codes = Noted<HTTP2ErrorCode>()
    let origin = HTTP2Origin { call in
      try call.respond(200, HTTP2Peer.grpc)
      call.send(HTTP2Peer.frame("1"))
      codes.note(try call.broken())
    }
    let proxy = try TestProxy(toHTTP2: origin.port)
    let call = try proxy.connectHTTP2().call("/a.B/C", [("grpc-timeout", "80m")])
    call.end()
    #expect(try call.broken() == .cancel)
    #expect(eventually { codes.all == [.cancel] })
    #expect(proxy.comesToRest)
  }

  @Test func eachAttemptGetsWhatIsLeft() throws {
    let seen = Noted<String>()
    let origin = HTTP2Origin { call in
      let request = try call.whole()
      seen.note(request["grpc-timeout"] ?? "none")
      if seen.all.count == 1 { try call.fail(14) } else { try call.answer("ok") }
    }
    let proxy = try TestProxy(
      toHTTP2: origin.port,
      rule: "retry: {attempts: 1, on: [unavailable], backoff: {base: 20ms, max: 20ms}}")
    let answer = try proxy.connectHTTP2().unary("/a.B/C", [("grpc-timeout", "10S")])
    #expect(answer.trailer("grpc-status") == "0")
    let left = seen.all.compactMap { GRPCTimeout.parse(Array($0.utf8).span) }
    #expect(left.count == 2)
    guard left.count == 2 else { return }
    #expect(left[0] <= .seconds(10))
    #expect(left[1] < left[0])
  }

  @Test func theRulesTimeBoundsItToo() throws {
    let seen = Noted<String>()
    let origin = HTTP2Origin { call in
      seen.note(try call.whole()["grpc-timeout"] ?? "none")
      _ = try call.broken()
    }
    let proxy = try TestProxy(toHTTP2: origin.port, rule: "timeouts: {request: 50ms}")
    #expect(try proxy.connectHTTP2().unary("/a.B/C", [("grpc-timeout", "1H")])["grpc-status"] == "4")
    #expect(try proxy.connectHTTP2().unary()["grpc-status"] == "4")
    #expect(eventually { seen.all.count == 2 })
    #expect(seen.all.last == "none")
  }

  @Test func timeThatIsOverIsNotPassedOn() throws {
    let origin = HTTP2Origin { try $0.answer("ok") }
    let proxy = try TestProxy(toHTTP2: origin.port)
    let client = try proxy.connectHTTP2()
    #expect(try client.unary("/a.B/C", [("grpc-timeout", "0S")])["grpc-status"] == "4")
    #expect(origin.connections == 0)
    // What cannot be read is no deadline, and others' requests have none.
    #expect(try client.unary("/a.B/C", [("grpc-timeout", "soon")]).trailer("grpc-status") == "0")
  }
}
