import Testing

/// Trailers pass, within limits, and may not say what only a head may (RFC 9110, section 6.5.1).
@Suite struct TrailerTests {
  static let forbidden =
    "Content-Length: 3\r\nTransfer-Encoding: gzip\r\nHost: evil\r\nAuthorization: Basic eA==\r\nCookie: a=b\r\n"
    + "Connection: close\r\nX-Forwarded-For: 1.2.3.4\r\n"

  static func echo() -> Origin {
    Origin { request in
      let body = request.trailers.map { "\($0.name)=\($0.value)" }.joined(separator: ",")
      return "HTTP/1.1 200 OK\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
    }
  }

  @Test func forbiddenOnesOfARequestAreDropped() throws {
    let origin = Self.echo()
    let proxy = try TestProxy(to: origin.port)
    let client = try proxy.connect()
    for _ in 0..<2 {
      let answer = try client.exchange(
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\(Self.forbidden)X-Sum: 1\r\n\r\n"
      )
      #expect(answer.text == "X-Sum=1")
    }
  }

  /// Which request it is, and in which trace, is said in the head alone, and by the proxy.
  @Test func whatTheProxySaysIsNotForged() throws {
    let origin = Self.echo()
    let proxy = try TestProxy(to: origin.port)
    let forged = [
      "X-Request-Id", "traceparent", "tracestate", "b3", "X-B3-TraceId", "X_B3_Flags", "uber-trace-id",
    ]
    let answer = try proxy.connect().exchange(
      "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n"
        + forged.map { "\($0): 1\r\n" }.joined() + "baggage: 1\r\n\r\n")
    #expect(answer.text == "baggage=1")
  }

  @Test func forbiddenOnesOfAnAnswerAreDropped() throws {
    let origin = Origin { _ in
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\(Self.forbidden)Set-Cookie: a=b\r\nX-Sum: 1\r\n\r\n"
    }
    let proxy = try TestProxy(to: origin.port)
    let client = try proxy.connect()
    for _ in 0..<2 {
      let answer = try client.exchange("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
      #expect(answer.text == "x")
      #expect(answer.trailers.map(\.name) == ["X-Sum"])
    }
    #expect(origin.connections == 1)
  }

  @Test(arguments: [
    "X-Long: \(String(repeating: "a", count: 10_000))\r\n",
    (0..<100).map { "X-\($0): a\r\n" }.joined(),
  ]) func tooManyOfARequestAre431(_ trailers: String) throws {
    let origin = Self.echo()
    let proxy = try TestProxy(to: origin.port)
    let client = try proxy.connect()
    try client.send(
      "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\(trailers)\r\n")
    let answer = try client.readMessage()
    #expect(answer.status == 431)
    #expect(answer["connection"] == "close")
    #expect(try client.readToEnd() == "")
  }

  @Test func tooManyOfAnAnswerBreakIt() throws {
    let trailers = (0..<100).map { "X-\($0): a\r\n" }.joined()
    // Larger than what is put together before it leaves.
    let body = String(repeating: "x", count: 0x8000)
    let origin = Origin { _ in
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n8000\r\n\(body)\r\n0\r\n\(trailers)\r\n"
    }
    let proxy = try TestProxy(to: origin.port)
    let client = try proxy.connect()
    try client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
    #expect(throws: Wire.Broken.self) { _ = try client.readMessage() }
  }

  @Test func limitsAreConfigurable() throws {
    let origin = Self.echo()
    let proxy = try TestProxy(to: origin.port, settings: "limits: {trailerCount: 1}")
    let one = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nA: 1\r\n\r\n"
    let two = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nA: 1\r\nB: 2\r\n\r\n"
    #expect(try proxy.connect().exchange(one).text == "A=1")
    #expect(try proxy.connect().exchange(two).status == 431)
  }

  /// `Trailer` announces what follows the last chunk: it goes where that goes, and nowhere else.
  @Test func trailerGoesWithChunksOnly() throws {
    let origin = Origin { request in
      request.startLine.contains("/chunks")
        ? "HTTP/1.1 200 OK\r\nTrailer: x-a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX-A: b\r\n\r\n"
        : "HTTP/1.1 200 OK\r\nTrailer: x-a\r\nContent-Length: 0\r\n\r\n"
    }
    let proxy = try TestProxy(to: origin.port)
    #expect(try proxy.get("/chunks")["trailer"] == "x-a")
    #expect(try proxy.get("/length")["trailer"] == nil)
  }

  @Test func onlyTrailersIsLeftOfTE() throws {
    let origin = Origin.mirror()
    let proxy = try TestProxy(to: origin.port)
    #expect(
      try proxy.get(headers: "TE: gzip, trailers\r\nConnection: TE\r\n").mirrored.values("te") == ["trailers"]
    )
    #expect(try proxy.get(headers: "TE: gzip\r\nConnection: TE\r\n").mirrored.values("te") == [])
  }
}
