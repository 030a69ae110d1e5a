import HTTP
import HTTPInvariants
import Primitives
import Testing

/// Heads that go out: what the peer's session makes of them.
@Suite struct OutgoingHeadTests {
  /// A request's head as the server sees it.
  private func request(_ text: String) -> String {
    let pair = Pair()
    pair.settle()
    var head = MessageHead()
    read(text, into: &head)
    _ = pair.client.session.startRequest(head, ends: true)
    pair.settle()
    return pair.server.told[1]?.first ?? "nothing"
  }

  @Test func requestsFromHTTP1() {
    #expect(
      request(
        "GET /a?b HTTP/1.1\r\nHost: example.com:8080\r\nX-Mixed-Case: Value\r\nConnection: keep-alive\r\nTE: trailers\r\n"
          + "Keep-Alive: 5\r\nProxy-Connection: x\r\nHTTP2-Settings: x\r\nUser-Agent: u\r\n\r\n")
        == "head get GET /a?b | origin path /a | query b | scheme http | authority example.com:8080 | http2 | none"
        + " | persistent | x-mixed-case: Value (other) | te: trailers (te) | user-agent: u (userAgent)"
        + " | host: example.com:8080 (host)")
    #expect(
      request("OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n").hasPrefix("head options OPTIONS * | asterisk path *"))
    #expect(request("GET https://s/ HTTP/1.1\r\nHost: x\r\n\r\n").contains("| scheme https | authority s |"))
    #expect(request("QUERY /q HTTP/1.1\r\nHost: h\r\n\r\n").hasPrefix("head other QUERY /q"))
  }

  /// A path that was rewritten does not stand before its query any more.
  @Test func rewrittenPath() {
    let pair = Pair()
    pair.settle()
    var head = MessageHead()
    read("GET /old?q=1 HTTP/1.1\r\nHost: h\r\n\r\n", into: &head)
    head.setPath(Array("/new".utf8).span)
    _ = pair.client.session.startRequest(head, ends: true)
    pair.settle()
    #expect(
      pair.server.told[1]?.first?.hasPrefix("head get GET /new?q=1 | origin path /new | query q=1") == true)
  }

  /// A response's head as the client sees it.
  private func response(
    _ status: Int, framing: Framing = .none, declared: UInt64? = nil, method: Method = .get, ends: Bool = true
  ) -> String {
    let pair = Pair()
    pair.server.acts = { event, session in
      guard case .head(let stream) = event else { return }
      var head = MessageHead()
      head.reset(status: status)
      head.framing = framing
      head.declaredLength = declared
      head.append(name: "Upper", value: "x")
      head.append(.connection, "close")
      head.append(.upgrade, "x")
      session.sendHead(head, on: stream, ends: ends)
    }
    pair.settle()
    _ = start(pair.client, method)
    pair.settle()
    return pair.client.told[1]?.first ?? "nothing"
  }

  @Test func responses() {
    #expect(
      response(200, framing: .length(0))
        == "head 200  | http2 | length(0) | persistent | upper: x (other) | content-length: 0 (contentLength)"
    )
    #expect(
      response(200, framing: .chunked, ends: false)
        == "head 200  | http2 | chunked | persistent | upper: x (other)")
    #expect(response(204) == "head 204  | http2 | none | persistent | upper: x (other)")
    #expect(
      response(304, declared: 7)
        == "head 304  | http2 | none | declared 7 | persistent | upper: x (other) | content-length: 7 (contentLength)"
    )
    #expect(
      response(200, declared: 9, method: .head)
        == "head 200  | http2 | none | declared 9 | persistent | upper: x (other) | content-length: 9 (contentLength)"
    )
  }

  @Test func trailersWithoutWhatIsForbidden() {
    let pair = Pair()
    pair.settle()
    let stream = start(pair.client, .post, ends: false)!
    var trailers = MessageHead()
    trailers.append(.host, "x")
    trailers.append(.contentLength, "1")
    trailers.append(name: "Sum", value: "1")
    pair.client.session.sendEnd(trailers: trailers, on: stream)
    let other = start(pair.client, .post, ends: false)!
    var none = MessageHead()
    none.append(.host, "x")
    pair.client.session.sendEnd(trailers: none, on: other)
    pair.settle()
    #expect(pair.server.told[1]?.last == "end | sum: 1 (other)")
    #expect(pair.server.told[3]?.last == "end" && pair.isWhole)
  }

  /// What a client writes for a request that a server has read.
  private func relayed(_ block: [UInt8]) -> [UInt8] {
    var written: [UInt8] = []
    let driver = HTTP2Driver(.server)
    driver.acts = { event, _ in
      guard case .head(let stream) = event else { return }
      let next = HTTP2Driver(.client)
      _ = next.session.startRequest(stream.head, ends: true)
      written = next.pull()
    }
    driver.receive(Frame.start + Frame.raw(1, flags: 5, 1, block))
    return written
  }

  /// What no table may hold is sent on so (RFC 7541, section 6.2.3), though the heads between know no tables.
  @Test func neverIndexed() {
    let secret = HPACK.literal([("secret", "value")]).dropFirst()
    let path = [5] + Array("/path".utf8)
    let others = HPACK.literal(get.dropLast())
    let plain = relayed(others + [0x04] + path + [0x40] + secret)
    let never = relayed(others + [0x14] + path + [0x10] + secret)
    let changed = zip(plain, never).filter { $0 != $1 }
    #expect(
      plain.count == never.count && changed.map(\.0) == [0x04, 0x40] && changed.map(\.1) == [0x14, 0x10])
  }

  /// Bytes that a field takes in a second request that has it, too.
  private func again(_ name: String, _ first: String, _ second: String) -> Int {
    let pair = Pair()
    pair.settle()
    let lengths = [[], [(name, first)], [(name, second)], []].map { more in
      var head = MessageHead()
      read("GET / HTTP/1.1\r\nHost: h\r\n\r\n", into: &head)
      for (name, value) in more { head.append(name: Array(name.utf8).span, value: Array(value.utf8).span) }
      _ = pair.client.session.startRequest(head, ends: true)
      let count = pair.client.pull().count
      pair.settle()
      return count
    }
    return lengths[2] - lengths[3]
  }

  @Test(arguments: [
    ("x-binary", "AAAA"), ("bin", "AAAA"), ("grpc-encoding", "gzip"), ("grpc-accept-encoding", "anything"),
    ("grp", "1"),
    ("grape", "1"), ("grpc-status", "5"),
  ])
  func indexed(name: String, value: String) {
    #expect(again(name, value, value) == 1)
  }

  /// What cannot be read must be in no table: gRPC's core library would hold it against all that come later.
  @Test(arguments: [
    ("x-own-bin", "AAAA"), ("-bin", "AAAA"), ("X-Own-BIN", "AAAA"), ("grpc-encoding", "unknown"),
    ("Grpc-Encoding", "unknown"),
    ("grpc-previous-rpc-attempts", "1"), ("grpc-status", "many"), ("grpc-timeout", "soon"),
  ])
  func inNoTable(name: String, value: String) {
    #expect(again(name, value, value) > 1)
    // The name is not there either.
    #expect(again(name, value, value) == again(name, value, String(value.reversed())))
  }

  /// A head that is too large for one frame goes on in CONTINUATION frames.
  @Test func largeHeads() {
    let pair = Pair()
    pair.settle()
    var head = MessageHead()
    read("GET / HTTP/1.1\r\nHost: h\r\n\r\n", into: &head)
    let value = String(repeating: "~", count: 20_000)
    for i in 0..<3 { head.append(name: Array("n\(i)".utf8).span, value: Array(value.utf8).span) }
    _ = pair.client.session.startRequest(head, ends: true)
    pair.settle()
    #expect(HTTP2Frames.describe(pair.client.output).contains("CONTINUATION 1"))
    #expect(pair.server.told[1]?.last == "end" && pair.isWhole)
  }
}
