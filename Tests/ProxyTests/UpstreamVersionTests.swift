import Testing

/// Endpoints that speak HTTP/1.0, or end their bodies with the connection.
@Suite struct UpstreamVersionTests {
  @Test func anHTTP10EndpointsConnectionIsUsedOnce() throws {
    let origin = Origin { _ in "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok" }
    let proxy = try TestProxy(to: origin.port)
    let client = try proxy.connect()
    for _ in 0..<3 { #expect(try client.exchange("GET / HTTP/1.1\r\nHost: a\r\n\r\n").text == "ok") }
    #expect(origin.connections == 3)
  }

  @Test func unlessItSaysKeepAlive() throws {
    let origin = Origin { _ in "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\nok" }
    let proxy = try TestProxy(to: origin.port)
    let client = try proxy.connect()
    for _ in 0..<3 {
      let answer = try client.exchange("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
      #expect(answer.startLine == "HTTP/1.1 200 OK")
      #expect(answer["connection"] == nil)
    }
    #expect(origin.connections == 1)
  }

  @Test func closeIsBelieved() throws {
    let origin = Origin { _ in "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok" }
    let proxy = try TestProxy(to: origin.port)
    let client = try proxy.connect()
    for _ in 0..<3 {
      let answer = try client.exchange("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
      #expect(answer.text == "ok")
      #expect(answer["connection"] == nil)
    }
    #expect(origin.connections == 3)
  }

  /// The client's connection outlives the endpoint's.
  @Test func aLongBodyUntilTheEndIsChunked() throws {
    let body = String(repeating: "0123456789abcdef", count: 60_000)
    let origin = Origin { wire, _ in
      _ = try wire.readMessage()
      try wire.send("HTTP/1.1 200 OK\r\n\r\n\(body)")
    }
    let proxy = try TestProxy(to: origin.port)
    let client = try proxy.connect()
    for _ in 0..<2 {
      let answer = try client.exchange("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
      #expect(answer["transfer-encoding"] == "chunked")
      #expect(answer.text == body)
    }
  }

  @Test func anEmptyBodyUntilTheEndIsWhole() throws {
    let origin = Origin { wire, _ in
      _ = try wire.readMessage()
      try wire.send("HTTP/1.1 200 OK\r\n\r\n")
    }
    let proxy = try TestProxy(to: origin.port)
    let client = try proxy.connect()
    for _ in 0..<2 { #expect(try client.exchange("GET / HTTP/1.1\r\nHost: a\r\n\r\n").body == []) }
  }
}
