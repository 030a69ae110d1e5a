import HTTP
import HTTPInvariants
import Primitives
import Testing

@Suite struct WebSocketHandshakeTests {
  /// RFC 6455, section 1.3.
  private let key = "dGhlIHNhbXBsZSBub25jZQ=="
  private let accept = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="

  private func lines(of head: borrowing MessageHead) -> [String] {
    Transcript.fields(head).map { String($0.prefix(while: { $0 != "(" }).dropLast()) }
  }

  private func get(_ fields: [String], line: String = "GET /chat?a HTTP/1.1") -> MessageHead {
    var head = MessageHead()
    read(line + "\r\nHost: h\r\n" + fields.map { $0 + "\r\n" }.joined() + "\r\n", into: &head)
    return head
  }

  private var usual: [String] {
    ["Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Key: \(key)", "Sec-WebSocket-Version: 13"]
  }

  @Test func anUpgradeBecomesAConnect() throws {
    var head = get(usual + ["Sec-WebSocket-Protocol: chat", "Origin: http://a"])
    ForwardingRules.removeHopByHop(&head)
    let found = WebSocketHandshake(upgrade: &head)
    let handshake = try #require(found)
    let fields = lines(of: head)
    #expect(
      fields == ["Host: h", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Protocol: chat", "Origin: http://a"])
    let words = [head.methodName, head.connectProtocol, head.path, head.query].map { head.text(of: $0) }
    let method = head.method
    let upgrade = head.upgrade
    #expect(words == ["CONNECT", "websocket", "/chat", "a"] && method == .connect && !upgrade)

    var response = MessageHead()
    response.reset(status: 200)
    response.append(name: "sec-websocket-protocol", value: "chat")
    response.framing = .untilClose
    let outcome = handshake.answer(upgrade: head, &response)
    let answer = lines(of: response)
    let status = response.status
    let isUpgrade = response.upgrade
    let framing = response.framing
    #expect(outcome == .opened && status == 101 && isUpgrade && framing == .none)
    #expect(
      answer == ["sec-websocket-protocol: chat", "upgrade: websocket", "sec-websocket-accept: \(accept)"])
  }

  @Test func upgradesThatAreNoWebSocket() {
    let cases: [([String], String)] = [
      (["Connection: Upgrade", "Upgrade: other", "Sec-WebSocket-Key: \(key)"], "GET / HTTP/1.1"),
      (["Sec-WebSocket-Key: \(key)"], "GET / HTTP/1.1"),
      (["Connection: Upgrade", "Upgrade: websocket"], "GET / HTTP/1.1"),
      (["Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Key: short=="], "GET / HTTP/1.1"),
      (
        ["Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZSE="],
        "GET / HTTP/1.1"
      ),
      (
        ["Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub2 jZQ=="],
        "GET / HTTP/1.1"
      ),
      (usual + ["Sec-WebSocket-Key: \(key)"], "GET / HTTP/1.1"),
      (usual, "POST / HTTP/1.1"),
      (usual + ["Content-Length: 5"], "GET / HTTP/1.1"),
    ]
    for (fields, line) in cases {
      var head = get(fields, line: line)
      let before = Transcript.describe(head)
      let isNone = WebSocketHandshake(upgrade: &head) == nil
      let after = Transcript.describe(head)
      #expect(isNone && before == after, "\(fields)")
    }
  }

  private func connect(_ name: StaticString = "websocket") -> MessageHead {
    var head = get(["Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: stray", "Origin: http://a"])
    head.method = .connect
    head.version = .http2
    let start = head.arena.count
    head.arena.append(name)
    head.connectProtocol = ByteRange(start, head.arena.count)
    head.framing = .chunked
    return head
  }

  @Test func aConnectBecomesAnUpgrade() throws {
    var head = connect()
    var random = Random(seed: 3)
    let found = WebSocketHandshake(connect: &head, random: &random)
    let handshake = try #require(found)
    let key = try #require(lines(of: head).last).split(separator: " ")[1]
    #expect(key.utf8.count == 24)
    let fields = lines(of: head)
    #expect(
      fields == [
        "Host: h", "Sec-WebSocket-Version: 13", "Origin: http://a", "upgrade: websocket",
        "sec-websocket-key: \(key)",
      ])
    var output = ByteBuffer()
    HTTP1Encoder.appendRequest(head, to: &output)
    let wire = text(output)
    #expect(wire.hasPrefix("GET /chat?a HTTP/1.1\r\n") && wire.hasSuffix("connection: upgrade\r\n\r\n"))
    let isProtocolGone = head.connectProtocol.isEmpty
    #expect(isProtocolGone)

    // Another request's key does not open this one.
    var wrong = answer(
      "101", ["Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Accept: \(accept)"])
    let outcome = handshake.answer(connect: head, &wrong)
    #expect(outcome == .wrongAccept)
    // What the service makes of the key is what the other direction makes of it.
    var again = get(["Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Key: \(key)"])
    let otherFound = WebSocketHandshake(upgrade: &again)
    let other = try #require(otherFound)
    var made = MessageHead()
    made.reset(status: 200)
    _ = other.answer(upgrade: again, &made)
    let value = try #require(lines(of: made).last).split(separator: " ")[1]
    var right = answer(
      "101",
      [
        "Connection: Upgrade", "Upgrade: WebSocket", "Sec-WebSocket-Accept: \(value)",
        "Sec-WebSocket-Protocol: c",
      ])
    ForwardingRules.removeHopByHop(&right)
    let opened = handshake.answer(connect: head, &right)
    let rest = lines(of: right)
    let status = right.status
    let upgrade = right.upgrade
    let framing = right.framing
    #expect(opened == .opened && status == 200 && !upgrade && framing == .untilClose)
    #expect(rest == ["Sec-WebSocket-Protocol: c"])
  }

  private func answer(_ status: String, _ fields: [String]) -> MessageHead {
    var head = MessageHead()
    let text = fields.map { $0 + "\r\n" }.joined()
    read("HTTP/1.1 \(status) X\r\n\(text)\r\n", role: .client, upgrade: true, into: &head)
    return head
  }

  @Test func connectsForOtherProtocolsAreLeftAlone() {
    var random = Random(seed: 3)
    for name in ["", "connect-udp", "websockets"] as [StaticString] {
      var head = connect(name)
      let isNone = WebSocketHandshake(connect: &head, random: &random) == nil
      let method = head.method
      #expect(isNone && method == .connect)
    }
    var upper = connect("WebSocket")
    let isSome = WebSocketHandshake(connect: &upper, random: &random) != nil
    #expect(isSome)
    var get = get(usual)
    let isNone = WebSocketHandshake(connect: &get, random: &random) == nil
    #expect(isNone)
  }

  /// For an endpoint of the other version, as often as it takes.
  @Test func bothWaysAreUndone() throws {
    var random = Random(seed: 3)
    var upgrade = get(usual)
    ForwardingRules.removeHopByHop(&upgrade)
    var connect = connect()
    for _ in 0..<3 {
      let found = WebSocketHandshake(upgrade: &upgrade)
      let handshake = try #require(found)
      handshake.undo(&upgrade)
      let fields = lines(of: upgrade).sorted()
      #expect(
        fields == [
          "Host: h", "Sec-WebSocket-Key: \(key)", "Sec-WebSocket-Version: 13", "upgrade: websocket",
        ])
      let isGet = upgrade.method == .get && upgrade.upgrade && upgrade.connectProtocol.isEmpty
      #expect(isGet)

      let otherFound = WebSocketHandshake(connect: &connect, random: &random)
      let other = try #require(otherFound)
      other.undo(&connect)
      let otherFields = lines(of: connect)
      #expect(otherFields == ["Host: h", "Sec-WebSocket-Version: 13", "Origin: http://a"])
      let isConnect =
        connect.method == .connect && !connect.upgrade && connect.framing == .chunked
        && connect.equals(connect.connectProtocol, "websocket")
      #expect(isConnect)
    }
  }

  @Test func theVersionIsAddedWhereItIsMissing() throws {
    var head = connect()
    head.remove(named: Array("sec-websocket-version".utf8).span)
    var random = Random(seed: 3)
    _ = WebSocketHandshake(connect: &head, random: &random)
    let last = lines(of: head).last
    #expect(last == "sec-websocket-version: 13")
  }

  @Test func answersThatOpenNothing() throws {
    var request = connect()
    var random = Random(seed: 3)
    let found = WebSocketHandshake(connect: &request, random: &random)
    let handshake = try #require(found)
    let cases: [(String, [String], WebSocketHandshake.Outcome)] = [
      ("200", ["Content-Length: 0"], .wrongStatus), ("204", [], .wrongStatus),
      ("403", ["Content-Length: 0"], .refused),
      ("302", ["Content-Length: 0"], .refused), ("503", ["Content-Length: 0"], .refused),
      ("101", ["Connection: Upgrade", "Upgrade: websocket"], .wrongAccept),
      ("101", ["Connection: Upgrade", "Upgrade: other"], .wrongProtocol),
      ("101", ["Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Accept: x"], .wrongAccept),
    ]
    for (status, fields, expected) in cases {
      var head = answer(status, fields)
      let before = Transcript.describe(head)
      let outcome = handshake.answer(connect: request, &head)
      #expect(outcome == expected, "\(status)")
      if expected != .refused { continue }
      let after = Transcript.describe(head)
      #expect(before == after)
    }
    var upgrade = get(usual)
    let otherFound = WebSocketHandshake(upgrade: &upgrade)
    let other = try #require(otherFound)
    for status in [101, 302, 400, 403, 503] {
      var head = MessageHead()
      head.reset(status: status)
      let outcome = other.answer(upgrade: upgrade, &head)
      let after = head.status
      #expect(outcome == .refused && after == status)
    }
  }
}
