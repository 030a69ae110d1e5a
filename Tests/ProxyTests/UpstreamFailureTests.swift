import Testing

/// Endpoints that refuse, die, lie or break off: what the client sees, and that nothing broken is used again.
@Suite struct UpstreamFailureTests {
  static func broken(_ bytes: String) -> Origin {
    Origin { wire, _ in
      _ = try wire.readMessage()
      try wire.send(bytes)
    }
  }

  @Test func refusedIs503() throws {
    let proxy = try TestProxy(to: Origin.closedPort())
    let answer = try proxy.get()
    #expect(answer.status == 503)
    #expect(answer["proxy-status"]?.contains("connection_refused") == true)
  }

  @Test(arguments: [
    "", "HTT", "HTTP/1.1 200 OK\r\nContent-Le",
  ]) func endBeforeTheHeadIsCompleteIs502(_ bytes: String) throws {
    let origin = Self.broken(bytes)
    let proxy = try TestProxy(to: origin.port)
    let answer = try proxy.get()
    #expect(answer.status == 502)
    #expect(answer["proxy-status"]?.contains("connection_terminated") == true)
  }

  @Test(arguments: [
    "HELLO\r\n\r\n", "HTTP/1.1 99 x\r\n\r\n", "HTTP/1.1 abc\r\n\r\n", "HTTP/2 200 OK\r\n\r\n",
    "HTTP/1.1 200 OK\nContent-Length: 0\n\n",
    "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
    "HTTP/1.1 200 OK\r\nX: a\r\n b\r\nContent-Length: 0\r\n\r\n",
    "HTTP/1.1 200 OK\r\nX : a\r\nContent-Length: 0\r\n\r\n",
    "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n",
  ]) func nonsenseIs502(_ bytes: String) throws {
    let origin = Self.broken(bytes)
    let proxy = try TestProxy(to: origin.port)
    #expect(try proxy.get().status == 502)
  }

  @Test(arguments: [
    "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nzz\r\n",
  ]) func aTruncatedBodyReachesTheClientAsABrokenOne(_ bytes: String) throws {
    let origin = Self.broken(bytes)
    let proxy = try TestProxy(to: origin.port)
    let client = try proxy.connect()
    try client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
    #expect(throws: Wire.Broken.self) { _ = try client.readMessage() }
  }

  @Test func aBodyUntilTheEndIsChunkedForTheClient() throws {
    let origin = Self.broken("HTTP/1.1 200 OK\r\n\r\nuntil the end")
    let proxy = try TestProxy(to: origin.port)
    let answer = try proxy.get()
    #expect(answer.text == "until the end")
    #expect(answer["transfer-encoding"] == "chunked")
  }

  @Test func bytesBehindAnAnswerAreNeverSomebodyElses() throws {
    let origin = Origin { wire, number in
      while true {
        _ = try wire.readMessage()
        try wire.send(
          "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil")
      }
    }
    let proxy = try TestProxy(to: origin.port)
    let client = try proxy.connect()
    for _ in 0..<3 { #expect(try client.exchange("GET / HTTP/1.1\r\nHost: a\r\n\r\n").text == "ok") }
    #expect(origin.connections == 3)
  }
}
