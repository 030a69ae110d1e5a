import Testing

/// What happens to the body of a request that is not forwarded.
@Suite struct RefusedBodyTests {
  static func proxy() throws -> TestProxy {
    try TestProxy(
      """
      routes: [{name: one, hostnames: [one.example], rules: [{backendRefs: [{name: origin}]}]}]
      services: [{name: origin, endpoints: ["127.0.0.1:9"]}]
      """)
  }

  @Test(arguments: [
    "Content-Length: 4\r\n\r\nbody", "Transfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n0\r\n\r\n",
    "Content-Length: 0\r\n\r\n",
  ]) func aSmallOneKeepsTheConnection(_ rest: String) throws {
    let proxy = try Self.proxy()
    let client = try proxy.connect()
    for _ in 0..<3 {
      let answer = try client.exchange("POST / HTTP/1.1\r\nHost: a\r\n\(rest)")
      #expect(answer.status == 404)
      #expect(answer["connection"] == nil)
    }
  }

  /// The client gets its answer although it is still sending when it comes.
  @Test func aLargeOneClosesTheConnection() throws {
    let proxy = try Self.proxy()
    let client = try proxy.connect()
    try client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000000\r\n\r\n")
    try client.send([UInt8](repeating: 120, count: 500_000))
    let answer = try client.readMessage()
    #expect(answer.status == 404)
    #expect(answer["connection"] == "close")
    #expect(try client.readToEnd() == "")
    #expect(eventually { proxy.leaks.isEmpty })
  }

  /// No byte of it is taken for a request.
  @Test func aBodyIsNeverARequest() throws {
    let proxy = try Self.proxy()
    let client = try proxy.connect()
    let smuggled = "GET /evil HTTP/1.1\r\nHost: a\r\n\r\n"
    try client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: \(smuggled.utf8.count)\r\n\r\n\(smuggled)")
    #expect(try client.readMessage().status == 404)
    #expect(try client.exchange("GET / HTTP/1.1\r\nHost: a\r\n\r\n").status == 404)
    client.finish()
    #expect(try client.readToEnd() == "")
  }

  @Test func aBrokenOneIs400() throws {
    let proxy = try Self.proxy()
    let client = try proxy.connect()
    let answer = try client.exchange("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n")
    #expect(answer.status == 400)
    #expect(try client.readToEnd() == "")
  }
}
