import HTTP
import Telemetry
import Testing

/// WebSockets through the proxy where one side or both speak HTTP/2 (RFC 8441).
@Suite struct WebSocketTests {
  static let key = "dGhlIHNhbXBsZSBub25jZQ=="
  static let accept = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="
  static let upgrade = """
    GET /chat HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
    Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: \(key)\r\n\r\n
    """

  /// Speaks HTTP/1.1: agrees, sends back what comes until the client ends, says goodbye and ends too.
  static func origin1() -> Origin { Origin { wire, _ in try serve(wire) } }

  static func serve(_ wire: Wire) throws {
    let request = try wire.readMessage()
    guard request.startLine == "GET /chat HTTP/1.1", request["upgrade"] == "websocket",
      request["sec-websocket-version"] == "13", let key = request["sec-websocket-key"]
    else { return try wire.send("HTTP/1.1 403 No\r\nContent-Length: 2\r\n\r\nno") }
    try wire.send(
      "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        + "Sec-WebSocket-Protocol: x\r\nSec-WebSocket-Accept: \(Self.acceptFor(key))\r\n\r\n")
    while true {
      let bytes = try wire.readSome()
      if bytes.isEmpty { break }
      try wire.send(bytes)
    }
    try wire.send("bye")
  }

  /// The same over HTTP/2.
  static func origin2() -> HTTP2Origin { HTTP2Origin { call in try serve(call) } }

  static func serve(_ call: HTTP2Call) throws {
    guard try call.head().startLine == "CONNECT /chat HTTP/2" else {
      return try call.respond(403, ends: true)
    }
    try call.respond(200, [("sec-websocket-protocol", "x")])
    var done = 0
    while true {
      let body = try call.body(atLeast: done + 1)
      call.send(Array(body[done...]))
      try call.peer.flush()
      if body.count == done { break }
      done = body.count
    }
    call.send("bye")
    call.end()
    try call.peer.flush()
  }

  /// What our own handshake answers to a key.
  static func acceptFor(_ key: String) -> String {
    var request = MessageHead()
    request.method = .get
    request.upgrade = true
    request.append([("upgrade", "websocket"), ("sec-websocket-key", key)])
    guard let handshake = WebSocketHandshake(upgrade: &request) else { return "" }
    var response = MessageHead()
    response.reset(status: 200)
    _ = handshake.answer(upgrade: request, &response)
    return Message(response)["sec-websocket-accept"] ?? ""
  }

  static func talk(_ client: Wire) throws {
    let text = String(repeating: "x", count: 100_000)
    try client.send(text)
    #expect(try client.read(count: 100_000) == Array(text.utf8))
    try client.send("last")
    client.finish()
    #expect(try client.readToEnd() == "lastbye")
  }

  static func talk(_ call: HTTP2Call) throws {
    let text = [UInt8](repeating: 7, count: 1 << 20)
    call.send(text)
    #expect(try call.body(atLeast: text.count) == text)
    call.send("last")
    call.end()
    let all = try call.whole().body
    #expect(String(decoding: all[text.count...], as: UTF8.self) == "lastbye")
  }

  static func connect(_ client: HTTP2Peer) throws -> HTTP2Call {
    try client.start("CONNECT", "/chat", [("sec-websocket-version", "13")], connect: "websocket", ends: false)
  }

  @Test func http1ToHTTP2() throws {
    let origin = Self.origin2()
    let proxy = try TestProxy(toHTTP2: origin.port)
    let client = try proxy.connect()
    try client.send(Self.upgrade)
    let answer = try client.readHead()
    #expect(answer.status == 101)
    #expect(answer["upgrade"] == "websocket")
    #expect(answer["sec-websocket-accept"] == Self.accept)
    #expect(answer["sec-websocket-protocol"] == "x")
    #expect(eventually { proxy.tunnels == 1 })
    try Self.talk(client)
    #expect(proxy.comesToRest)
  }

  @Test func http2ToHTTP1() throws {
    let origin = Self.origin1()
    let proxy = try TestProxy(to: origin.port)
    let call = try Self.connect(try proxy.connectHTTP2())
    let answer = try call.head()
    #expect(answer.status == 200)
    #expect(answer["upgrade"] == nil)
    #expect(answer["sec-websocket-accept"] == nil)
    #expect(answer["sec-websocket-protocol"] == "x")
    try Self.talk(call)
    #expect(proxy.comesToRest)
  }

  @Test func http2ToHTTP2() throws {
    let origin = Self.origin2()
    let proxy = try TestProxy(toHTTP2: origin.port)
    let client = try proxy.connectHTTP2()
    for _ in 0..<2 {
      let call = try Self.connect(client)
      #expect(try call.head().status == 200)
      try Self.talk(call)
    }
    #expect(origin.connections == 1)
    #expect(proxy.comesToRest)
  }

  /// Each is logged as what its client asked for.
  @Test func theLogTellsTheClientsMethod() throws {
    let (first, second) = (Self.origin1(), Self.origin2())
    let toFirst = try LoggedProxy(format: "%REQ(:METHOD)% %PROTOCOL%") {
      try TestProxy(to: first.port, accessLog: $0)
    }
    let call = try Self.connect(try toFirst.proxy.connectHTTP2())
    _ = try call.head()
    try Self.talk(call)
    #expect(toFirst.proxy.comesToRest)
    #expect(toFirst.end() == ["CONNECT HTTP/2"])
    let toSecond = try LoggedProxy(format: "%REQ(:METHOD)% %PROTOCOL%") {
      try TestProxy(toHTTP2: second.port, accessLog: $0)
    }
    let client = try toSecond.proxy.connect()
    try client.send(Self.upgrade)
    _ = try client.readHead()
    try Self.talk(client)
    #expect(toSecond.proxy.comesToRest)
    #expect(toSecond.end() == ["GET HTTP/1.1"])
  }

  @Test func earlyBytesAreHeldUntilTheTunnelIsOpen() throws {
    let origin = Self.origin1()
    let proxy = try TestProxy(to: origin.port)
    let call = try Self.connect(try proxy.connectHTTP2())
    call.send("early")
    call.end()
    #expect(try call.whole().text == "earlybye")
    #expect(proxy.comesToRest)
  }

  @Test func theServiceMayDecline() throws {
    let (first, second) = (Self.origin1(), Self.origin2())
    let toFirst = try TestProxy(to: first.port)
    let toSecond = try TestProxy(toHTTP2: second.port)
    for proxy in [toFirst, toSecond] {
      let client = try proxy.connectHTTP2()
      let call = try client.start("CONNECT", "/other", connect: "websocket", ends: false)
      #expect(try call.whole().status == 403)
      #expect(proxy.comesToRest)
    }
    let client = try toSecond.connect()
    let other = Self.upgrade.replacing("/chat", with: "/other")
    #expect(try client.exchange(other).status == 403)
    // The connection goes on.
    #expect(try client.exchange(other).status == 403)
    #expect(toSecond.comesToRest)
  }

  @Test func aWrongAnswerToTheKeyOpensNothing() throws {
    let origin = Origin { wire, _ in
      _ = try wire.readMessage()
      try wire.send(
        "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
          + "Sec-WebSocket-Accept: \(Self.accept)\r\n\r\n")
      _ = try wire.readToEnd()
    }
    let proxy = try TestProxy(to: origin.port)
    let answer = try Self.connect(try proxy.connectHTTP2()).whole()
    #expect(answer.status == 502)
    #expect(answer.text == "apus: endpoint sent a wrong Sec-WebSocket-Accept\n")
    #expect(proxy.comesToRest)
  }

  @Test func anEndpointMustOfferIt() throws {
    var settings = HTTP2Settings()
    settings.enableConnectProtocol = false
    let calls = Notes()
    let origin = HTTP2Origin(settings) { call in
      calls.add(try call.head().startLine)
      try call.respond(200, ends: true)
    }
    let proxy = try TestProxy(toHTTP2: origin.port)
    let answer = try proxy.connect().exchange(Self.upgrade)
    #expect(answer.status == 502)
    #expect(answer["proxy-status"]?.contains("http_upgrade_failed") == true)
    #expect(try Self.connect(try proxy.connectHTTP2()).whole().status == 502)
    // It is as good as before for others.
    #expect(try proxy.get().status == 200)
    #expect(calls.all == ["GET / HTTP/2"])
    #expect(proxy.comesToRest)
  }

  @Test func otherProtocolsHaveNoTranslation() throws {
    let first = Self.origin1()
    let toFirst = try TestProxy(to: first.port)
    let call = try toFirst.connectHTTP2().start("CONNECT", "/chat", connect: "echo", ends: false)
    #expect(try call.whole().status == 501)
    #expect(first.connections == 0)
    // An `Upgrade` may be ignored.
    let second = HTTP2Origin { call in
      let request = try call.whole()
      try call.respond(200, [("x-line", request.startLine)], ends: true)
    }
    let toSecond = try TestProxy(toHTTP2: second.port)
    #expect(try toSecond.connect().exchange(TunnelTests.ask)["x-line"] == "GET /chat HTTP/2")
  }

  @Test func plainConnectIsRefused() throws {
    let origin = Self.origin1()
    let proxy = try TestProxy(to: origin.port)
    let answer = try proxy.connect().exchange("CONNECT a:80 HTTP/1.1\r\nHost: a\r\n\r\n")
    #expect(answer.status == 501)
    #expect(origin.connections == 0)
  }

  @Test func aResetEndsTheOtherSide() throws {
    let codes = Noted<HTTP2ErrorCode>()
    let origin = HTTP2Origin { call in
      _ = try call.head()
      try call.respond()
      codes.note(try call.broken())
    }
    let proxy = try TestProxy(toHTTP2: origin.port)
    let call = try Self.connect(try proxy.connectHTTP2())
    _ = try call.head()
    try call.reset(.cancel)
    #expect(eventually { codes.all == [.cancel] })
    #expect(proxy.comesToRest)
  }

  /// Windows are given back only as the other side takes what came.
  @Test func aReaderThatStopsStopsTheSender() throws {
    let origin = HTTP2Origin { call in
      _ = try call.head()
      try call.respond()
      call.send([UInt8](repeating: 1, count: 8 << 20))
      call.end()
      try call.peer.flush()
      _ = try call.whole()
    }
    let proxy = try TestProxy(toHTTP2: origin.port)
    let client = try proxy.connectHTTP2()
    let call = try Self.connect(client)
    call.holdsWindow = true
    _ = try call.head()
    call.holdsWindow = false
    #expect(try call.body(atLeast: 8 << 20).count == 8 << 20)
    call.end()
    try client.flush()
    #expect(proxy.comesToRest)
  }

  /// What the endpoint said last is the client's, though the endpoint's connection is gone before the client takes it.
  @Test func anEndpointMayLeaveBehindAFinishedTunnel() throws {
    let text = [UInt8](repeating: 1, count: 4000)
    let origin = HTTP2Origin { call in
      _ = try call.head()
      try call.respond()
      _ = try call.whole()
      call.send(text)
      call.end()
      try call.peer.flush()
      call.peer.wire.finish()
    }
    let proxy = try TestProxy(toHTTP2: origin.port)
    var settings = HTTP2Settings()
    settings.initialStreamWindow = 10
    let client = try proxy.connectHTTP2(settings)
    let call = try Self.connect(client)
    call.holdsWindow = true
    _ = try call.head()
    call.end()
    try client.flush()
    #expect(eventually { proxy.held.connections == 0 })
    #expect(proxy.tunnels == 1)
    call.holdsWindow = false
    #expect(try call.whole().body == text)
    #expect(proxy.comesToRest)
  }
}
