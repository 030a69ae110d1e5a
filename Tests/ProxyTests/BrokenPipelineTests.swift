import Glibc
import Telemetry
import Testing

/// Whole answers in front of one that breaks off are the client's, though it has not read them yet: a reset would take
/// them along.
@Suite struct BrokenPipelineTests {
  /// More than the client's kernel takes, less than ours holds for it.
  private static let whole = String(repeating: "x", count: 20_000)

  /// `/whole` is answered whole, `/held` not at all; all else breaks off.
  private static let origin = Origin { wire, _ in
    while true {
      let request = try wire.readHead()
      if request.startLine.contains("/whole") {
        try wire.send("HTTP/1.1 200 OK\r\nContent-Length: \(whole.utf8.count)\r\n\r\n\(whole)")
        continue
      }
      if request.startLine.contains("/held") { return _ = try? wire.readToEnd() }
      let framing =
        request.startLine.contains("/chunks") ? "Transfer-Encoding: chunked" : "Content-Length: 20"
      return try wire.send("HTTP/1.1 200 OK\r\n\(framing)\r\n\r\n5\r\nhello\r\n")
    }
  }

  private static func get(_ path: String, _ version: String = "1.1") -> String {
    "GET \(path) HTTP/\(version)\r\nHost: a\r\nConnection: keep-alive\r\n\r\n"
  }

  private static func breaksOff(_ request: String, in proxy: TestProxy) throws -> Wire {
    let client = try proxy.connect(receiveBuffer: 4096)
    try client.send(get("/whole") + get("/whole") + request)
    #expect(eventually { proxy.service[.truncated] == 1 })
    return client
  }

  @Test(arguments: ["/length", "/chunks"]) func theyArrive(_ path: String) throws {
    let proxy = try TestProxy(to: Self.origin.port)
    let client = try Self.breaksOff(Self.get(path), in: proxy)
    for _ in 0..<2 { #expect(try client.readMessage().text == Self.whole) }
    #expect(try client.readHead().status == 200)
    #expect(try client.readToEnd() == "5\r\nhello\r\n")
    #expect(eventually { proxy.metrics.gauge(.downstreamConnections) == 0 })
  }

  /// Only the connection's end delimits the broken one: a FIN would make it a whole one.
  @Test func theyDoNotWhereTheEndWouldComplete() throws {
    let proxy = try TestProxy(to: Self.origin.port)
    let client = try proxy.connect()
    #expect(try client.exchange(Self.get("/whole")).text == Self.whole)
    try client.send(Self.get("/chunks", "1.0"))
    #expect(throws: Wire.Broken.read(ECONNRESET)) { _ = try client.readToEnd() }
    #expect(eventually { proxy.metrics.gauge(.downstreamConnections) == 0 })
  }

  /// The client has finished sending in the middle of a request, and still reads.
  @Test(arguments: ["POST /held HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nab", "GET / HTTP/1.1\r\nHo"])
  func theyArriveWhereTheRequestBreaksOff(_ request: String) throws {
    let proxy = try TestProxy(to: Self.origin.port)
    let client = try proxy.connect(receiveBuffer: 4096)
    try client.send(Self.get("/whole") + request)
    client.finish()
    #expect(eventually { proxy.metrics[.downstreamLeft] == 1 })
    #expect(try client.readMessage().text == Self.whole)
    #expect(try client.readToEnd() == "")
    #expect(eventually { proxy.metrics.gauge(.downstreamConnections) == 0 })
  }
}
