import HTTP
import Telemetry
import Testing

/// A rule's CORS filter through the whole proxy.
@Suite struct CORSTests {
  static let rule = """
    filters: [{type: CORS, cors: {allowOrigins: ["https://shop.example"], allowMethods: [POST], \
    allowHeaders: [x-grpc-web], maxAge: 60}}]
    """
  static let preflight = """
    OPTIONS /a.B/C HTTP/1.1\r\nHost: a\r\nOrigin: https://shop.example\r\n\
    Access-Control-Request-Method: POST\r\n\r\n
    """

  @Test func aPreflightIsAnsweredByUs() throws {
    let proxy = try TestProxy(to: Origin.closedPort(), rule: Self.rule)
    let client = try proxy.connect()
    // The connection goes on.
    for _ in 0..<2 {
      let answer = try client.exchange(Self.preflight)
      #expect(answer.status == 204)
      #expect(answer["access-control-allow-origin"] == "https://shop.example")
      #expect(answer["access-control-allow-methods"] == "POST")
      #expect(answer["access-control-allow-headers"] == "x-grpc-web")
      #expect(answer["access-control-max-age"] == "60")
      #expect(answer["date"] != nil)
    }
    #expect(proxy.comesToRest)
    #expect(proxy.metrics.rules.contains { $0.requests.byClass[2] == 2 })
  }

  @Test func overHTTP2Too() throws {
    let proxy = try TestProxy(to: Origin.closedPort(), rule: Self.rule)
    let answer = try proxy.connectHTTP2().exchange(
      "OPTIONS", "/a.B/C", [("origin", "https://shop.example"), ("access-control-request-method", "POST")])
    #expect(answer.status == 204)
    #expect(answer["access-control-allow-origin"] == "https://shop.example")
  }

  @Test func anAnswerGetsThePermission() throws {
    let origin = Origin { _ in
      "HTTP/1.1 200 OK\r\nAccess-Control-Allow-Origin: *\r\nContent-Length: 0\r\n\r\n"
    }
    let proxy = try TestProxy(to: origin.port, rule: Self.rule)
    let allowed = try proxy.get(headers: "Origin: https://shop.example\r\n")
    #expect(allowed.values("access-control-allow-origin") == ["https://shop.example"])
    #expect(allowed.values("vary") == ["origin"])
    let other = try proxy.get(headers: "Origin: https://evil.example\r\n")
    #expect(other.status == 200)
    #expect(other.values("access-control-allow-origin").isEmpty)
  }

  /// A page that may call the service has to see why it could not.
  @Test func anAnswerOfOurOwnGetsItToo() throws {
    let proxy = try TestProxy(toHTTP2: Origin.closedPort(), rule: Self.rule)
    let fields = "Origin: https://shop.example\r\n"
    let answer = try proxy.get(headers: fields)
    #expect(answer.status == 503)
    #expect(answer["access-control-allow-origin"] == "https://shop.example")
    let call = try proxy.connect().exchange(
      GRPCWebTests.request("application/grpc-web", GRPCWebTests.ask, fields))
    #expect(call["grpc-status"] == "14")
    #expect(call["access-control-allow-origin"] == "https://shop.example")
    #expect(call["access-control-expose-headers"] == "grpc-status, grpc-message, grpc-status-details-bin")
  }
}
