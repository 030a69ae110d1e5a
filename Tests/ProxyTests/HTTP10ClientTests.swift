import Glibc
import Testing

/// Clients of HTTP/1.0: no chunks, no 1xx, and a connection that ends unless they ask to keep it.
@Suite struct HTTP10ClientTests {
  @Test func theConnectionEndsAfterTheAnswer() throws {
    let origin = Origin.mirror()
    let proxy = try TestProxy(to: origin.port)
    let client = try proxy.connect()
    let answer = try client.exchange("GET /a HTTP/1.0\r\n\r\n")
    #expect(answer.status == 200)
    #expect(answer["connection"] == "close")
    #expect(try client.readToEnd() == "")
    #expect(answer.mirrored.startLine == "GET /a HTTP/1.1")
    #expect(answer.mirrored.values("host").count == 1)
  }

  @Test func itIsKeptWhereTheClientAsks() throws {
    let origin = Origin(body: "hello")
    let proxy = try TestProxy(to: origin.port)
    let client = try proxy.connect()
    for _ in 0..<3 {
      let answer = try client.exchange("GET / HTTP/1.0\r\nHost: a\r\nConnection: keep-alive\r\n\r\n")
      #expect(answer.text == "hello")
      #expect(answer["connection"] == "keep-alive")
    }
    #expect(origin.connections == 1)
  }

  /// It may name no host; HTTP/1.1 and HTTP/2 must.
  @Test func withoutAHostTheServiceIsNamed() throws {
    let origin = Origin.mirror()
    let proxy = try TestProxy(
      """
      routes: [{name: all, rules: [{backendRefs: [{name: origin}]}]}]
      services: [{name: origin, endpoints: ["127.0.0.1:\(origin.port)"]}]
      """)
    let answer = try proxy.connect().exchange("GET / HTTP/1.0\r\n\r\n")
    #expect(answer.mirrored["host"] == "origin")
    #expect(answer.mirrored["x-forwarded-host"] == nil)
    let second = HTTP2Origin { call in
      try call.respond(200, [("x-host", try call.whole()["host"] ?? "none")], ends: true)
    }
    let toSecond = try TestProxy(
      """
      routes: [{name: all, rules: [{backendRefs: [{name: origin}]}]}]
      services: [{name: origin, protocol: h2, endpoints: ["127.0.0.1:\(second.port)"]}]
      """)
    #expect(try toSecond.connect().exchange("GET / HTTP/1.0\r\n\r\n")["x-host"] == "origin")
  }

  @Test func aBodyOfKnownLengthIsForwarded() throws {
    let origin = Origin { "HTTP/1.1 200 OK\r\nContent-Length: \($0.body.count)\r\n\r\n\($0.text)" }
    let proxy = try TestProxy(to: origin.port)
    let answer = try proxy.connect().exchange(
      "POST / HTTP/1.0\r\nHost: a\r\nConnection: keep-alive\r\nContent-Length: 4\r\n\r\nbody")
    #expect(answer.text == "body")
    #expect(answer["connection"] == "keep-alive")
  }

  /// Chunks become a body until the end, whatever the client asked for.
  @Test func chunksBecomeABodyUntilTheEnd() throws {
    let origin = Origin { _ in
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: x-end\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\nX-End: 1\r\n\r\n"
    }
    let proxy = try TestProxy(to: origin.port)
    let client = try proxy.connect()
    try client.send("GET / HTTP/1.0\r\nHost: a\r\nConnection: keep-alive\r\n\r\n")
    let head = try client.readHead()
    #expect(head["transfer-encoding"] == nil)
    #expect(head["content-length"] == nil)
    #expect(head["trailer"] == nil)
    #expect(head["connection"] == "close")
    #expect(try client.readToEnd() == "abcde")
  }

  @Test func aBodyUntilTheEndStaysOne() throws {
    let origin = Origin { wire, _ in
      _ = try wire.readMessage()
      try wire.send("HTTP/1.1 200 OK\r\n\r\nuntil the end")
    }
    let proxy = try TestProxy(to: origin.port)
    let client = try proxy.connect()
    try client.send("GET / HTTP/1.0\r\nHost: a\r\nConnection: keep-alive\r\n\r\n")
    #expect(try client.readHead()["connection"] == "close")
    #expect(try client.readToEnd() == "until the end")
  }

  /// The end of the connection is the end of the body, so a body that broke off must not end that way.
  @Test func aTruncatedBodyEndsInAReset() throws {
    let origin = Origin { wire, _ in
      _ = try wire.readMessage()
      try wire.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n")
    }
    let proxy = try TestProxy(to: origin.port)
    let client = try proxy.connect()
    try client.send("GET / HTTP/1.0\r\nHost: a\r\n\r\n")
    #expect(throws: Wire.Broken.read(ECONNRESET)) { _ = try client.readToEnd() }
  }

  @Test func aReplyOfOurOwnKeepsTheConnectionToo() throws {
    let proxy = try TestProxy(
      """
      routes: [{name: one, hostnames: [one.example], rules: [{backendRefs: [{name: origin}]}]}]
      services: [{name: origin, endpoints: ["127.0.0.1:9"]}]
      """)
    let client = try proxy.connect()
    for _ in 0..<2 {
      let answer = try client.exchange("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
      #expect(answer.status == 404)
      #expect(answer["connection"] == "keep-alive")
    }
  }
}
