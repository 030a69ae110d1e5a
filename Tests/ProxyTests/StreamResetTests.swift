import HTTP
import Telemetry
import Testing

/// Endpoints that give a stream of HTTP/2 up before they have answered: the client, the log and the metrics learn that it
/// was only the stream, and with which code.
@Suite struct StreamResetTests {
  /// RFC 9113, section 7, whole; and codes that nobody has assigned.
  static let codes: [(UInt32, String)] = [
    (0, "NO_ERROR"), (1, "PROTOCOL_ERROR"), (2, "INTERNAL_ERROR"), (3, "FLOW_CONTROL_ERROR"),
    (4, "SETTINGS_TIMEOUT"),
    (5, "STREAM_CLOSED"), (6, "FRAME_SIZE_ERROR"), (7, "REFUSED_STREAM"), (8, "CANCEL"),
    (9, "COMPRESSION_ERROR"),
    (10, "CONNECT_ERROR"), (11, "ENHANCE_YOUR_CALM"), (12, "INADEQUATE_SECURITY"), (13, "HTTP_1_1_REQUIRED"),
    (14, "unknown code"), (0xffff_ffff, "unknown code"),
  ]

  /// Answers each request with these frames on its stream.
  private static func origin(_ frames: @escaping @Sendable (_ stream: [UInt8]) -> [UInt8]) -> HTTP2Origin {
    HTTP2Origin { call in
      guard let id = call.id else { return }
      try call.peer.wire.send(frames((0..<4).map { UInt8(truncatingIfNeeded: id >> (24 - 8 * $0)) }))
    }
  }

  private static func reset(_ code: UInt32) -> HTTP2Origin {
    origin { [0, 0, 4, 3, 0] + $0 + (0..<4).map { UInt8(truncatingIfNeeded: code >> (24 - 8 * $0)) } }
  }

  @Test(arguments: codes) func theCodeIsTold(_ code: UInt32, _ name: String) throws {
    let origin = Self.reset(code)
    let logged = try LoggedProxy(format: "%RESPONSE_CODE% %RESPONSE_CODE_DETAILS% %RESPONSE_FLAGS% %REASON%")
    { log in
      try TestProxy(toHTTP2: origin.port, accessLog: log)
    }
    let words = "endpoint reset the stream: \(name)"
    let answer = try logged.proxy.get()
    #expect(answer.status == 502)
    #expect(answer.values("proxy-status") == ["apus;error=connection_terminated;details=\"\(words)\""])
    #expect(answer.text == "apus: \(words)\n")
    #expect(logged.proxy.comesToRest)
    #expect(logged.proxy.metrics[.upstreamStreamReset] == 1)
    #expect(logged.end() == ["502 upstream_stream_reset UR \(words)"])
  }

  /// What gRPC makes of a code (its PROTOCOL-HTTP2.md, "Errors") comes with the same words.
  @Test func callsAreToldInTheirMessage() throws {
    let origin = Self.reset(11)
    let proxy = try TestProxy(toHTTP2: origin.port)
    let answer = try proxy.connectHTTP2().unary()
    #expect(answer["grpc-status"] == "8")
    #expect(answer["grpc-message"] == "endpoint reset the stream: ENHANCE_YOUR_CALM")
  }

  /// The stream was reset, not the connection lost: nobody tries again unasked, however well the connection is known.
  @Test func aConnectionInUseIsNotTakenForAStaleOne() throws {
    let paths = Noted<String>()
    let origin = HTTP2Origin { call in
      let line = try call.head().startLine
      paths.note(line)
      if line.contains("reset") { try call.reset(.internalError) } else { try call.respond(ends: true) }
    }
    let proxy = try TestProxy(toHTTP2: origin.port)
    #expect(try proxy.get().status == 200)
    #expect(try proxy.get("/reset").status == 502)
    #expect(paths.all.count == 2)
    #expect(origin.connections == 1)
    #expect(proxy.service[.staleConnectionReplays] == 0)
    #expect(proxy.comesToRest)
  }

  /// A GOAWAY that came before the request is none of its stream's resets.
  @Test func aGoAwayIsToldApart() throws {
    let origin = Self.origin { _ in [0, 0, 8, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0] }
    let proxy = try TestProxy(toHTTP2: origin.port)
    let answer = try proxy.get()
    #expect(answer.status == 502)
    #expect(answer.text == "apus: endpoint closed the connection before it took the request\n")
    #expect(proxy.comesToRest)
    #expect(proxy.metrics[.upstreamGoAway] == 1)
  }

  /// Why the endpoint has ended the connection is told: of requests that it has not taken, and of those that it has.
  @Test(arguments: [0, 1] as [UInt8]) func whyAGoAwayCameIsTold(_ last: UInt8) throws {
    let origin = HTTP2Origin { call in
      try call.peer.wire.send([0, 0, 8, 7, 0, 0, 0, 0, 0, 0, 0, 0, last, 0, 0, 0, 11])
      call.peer.wire.finish()
    }
    let proxy = try TestProxy(toHTTP2: origin.port)
    #expect(try proxy.get().text == "apus: endpoint ended the connection: ENHANCE_YOUR_CALM\n")
    #expect(proxy.comesToRest)
  }

  /// What ends on our side is no reset of the endpoint's: a window that overflows ends the stream; DATA before any head ends the connection.
  @Test(arguments: [
    (
      [0, 0, 4, 8, 0] as [UInt8], [0x7f, 0xff, 0xff, 0xff] as [UInt8], "malformed response from the endpoint"
    ),
    ([0, 0, 1, 0, 1], [0x61], "frames that break RFC 9113"),
  ])
  func whatWeHadToEndIsToldApart(_ frame: [UInt8], _ payload: [UInt8], _ words: String) throws {
    let origin = Self.origin { frame + $0 + payload }
    let proxy = try TestProxy(toHTTP2: origin.port)
    let answer = try proxy.get()
    #expect(answer.status == 502)
    #expect(answer["proxy-status"] == "apus;error=http_protocol_error;details=\"\(words)\"")
    #expect(proxy.comesToRest)
  }

  /// In the middle of an answer only the log can still say it.
  @Test func theLogSaysWhatBrokeAnAnswerOff() throws {
    let origin = HTTP2Origin { call in
      try call.respond()
      call.send("part")
      try call.peer.flush()
      try call.reset(.cancel)
    }
    let logged = try LoggedProxy(format: "%RESPONSE_CODE% %RESPONSE_CODE_DETAILS% %REASON%") { log in
      try TestProxy(toHTTP2: origin.port, accessLog: log)
    }
    #expect(try logged.proxy.connectHTTP2().start().broken() == .cancel)
    #expect(logged.proxy.comesToRest)
    #expect(logged.end() == ["200 upstream_truncated endpoint reset the stream: CANCEL"])
  }
}
