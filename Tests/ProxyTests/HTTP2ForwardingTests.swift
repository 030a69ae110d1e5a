import HTTP
import Testing

/// A request and its answer through the proxy, in every combination of versions.
@Suite struct HTTP2ForwardingTests {
  /// Answers 200 with the body that it got, and trailers.
  static func echo() -> HTTP2Origin {
    HTTP2Origin { call in
      let request = try call.whole()
      try call.respond(200, [("x-line", request.startLine), ("x-sum", request.trailer("sum") ?? "none")])
      call.send(request.body)
      call.end([("done", "yes")])
    }
  }

  @Test func http2ToHTTP2() throws {
    let origin = Self.echo()
    let proxy = try TestProxy(toHTTP2: origin.port)
    let client = try proxy.connectHTTP2()
    let call = try client.start("POST", "/a?b", [("x-a", "1")], ends: false)
    call.send("hello")
    call.end([("sum", "5")])
    let answer = try call.whole()
    #expect(answer.status == 200)
    #expect(answer["x-line"] == "POST /a?b HTTP/2")
    #expect(answer["x-sum"] == "5")
    #expect(answer.text == "hello")
    #expect(answer.trailer("done") == "yes")
    #expect(try client.exchange().status == 200)
    #expect(origin.connections == 1)
    #expect(proxy.comesToRest)
  }

  @Test func http1ToHTTP2() throws {
    let origin = Self.echo()
    let proxy = try TestProxy(toHTTP2: origin.port)
    let answer = try proxy.connect().exchange("PUT /x HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nok")
    #expect(answer["x-line"] == "PUT /x HTTP/2")
    #expect(answer.text == "ok")
    #expect(answer.trailer("done") == "yes")
    #expect(proxy.comesToRest)
  }

  /// A stream that ends with its head: HTTP/1 has to be told that nothing follows.
  @Test func anEmptyAnswerHasALength() throws {
    let origin = HTTP2Origin { call in
      let path = try call.head().startLine
      try call.respond(path.contains("/204") ? 204 : path.contains("/304") ? 304 : 200, ends: true)
    }
    let proxy = try TestProxy(toHTTP2: origin.port)
    let client = try proxy.connect()
    #expect(try client.exchange("GET / HTTP/1.1\r\nHost: a\r\n\r\n")["content-length"] == "0")
    for line in ["GET /204", "GET /304", "HEAD /"] {
      #expect(try client.exchange("\(line) HTTP/1.1\r\nHost: a\r\n\r\n")["content-length"] == nil)
    }
    #expect(try proxy.connectHTTP2().exchange()["content-length"] == nil)
    #expect(proxy.comesToRest)
  }

  @Test func http2ToHTTP1() throws {
    let origin = Origin.mirror()
    let proxy = try TestProxy(to: origin.port)
    let answer = try proxy.connectHTTP2().exchange("POST", "/y", [("x-a", "1")], body: Array("body".utf8))
    #expect(answer.mirrored.startLine == "POST /y HTTP/1.1")
    #expect(answer.mirrored["transfer-encoding"] == "chunked")
    #expect(answer.mirrored["x-a"] == "1")
    #expect(proxy.comesToRest)
  }

  @Test func aStalledStreamStallsNoOther() throws {
    let origin = HTTP2Origin { call in
      let path = try call.head().startLine
      try call.respond()
      call.send([UInt8](repeating: 1, count: path.contains("large") ? 8 << 20 : 10))
      call.end()
    }
    let proxy = try TestProxy(toHTTP2: origin.port)
    let client = try proxy.connectHTTP2()
    let large = try client.start("GET", "/large")
    large.holdsWindow = true
    _ = try large.head()
    #expect(try client.exchange("GET", "/small").body.count == 10)
    large.holdsWindow = false
    #expect(try large.whole().body.count == 8 << 20)
    #expect(proxy.comesToRest)
  }
}
