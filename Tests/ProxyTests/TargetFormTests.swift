import Testing

/// The forms of a request's target (RFC 9112, section 3.2).
@Suite struct TargetFormTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let request: String
    let line: String
    let host: String
    var testDescription: String { request }
  }

  static let cases = [
    Case(request: "GET http://b.example/x?y=z", line: "GET /x?y=z", host: "b.example"),
    Case(request: "GET http://b.example:8080/", line: "GET /", host: "b.example:8080"),
    Case(request: "GET HTTP://b.example/x", line: "GET /x", host: "b.example"),
    Case(request: "GET https://b.example/x", line: "GET /x", host: "b.example"),
    Case(request: "GET http://b.example", line: "GET /", host: "b.example"),
    Case(request: "GET http://b.example?q=1", line: "GET /?q=1", host: "b.example"),
    Case(request: "GET http://b.example/a/../c", line: "GET /c", host: "b.example"),
    Case(request: "OPTIONS *", line: "OPTIONS *", host: "a"),
    Case(request: "OPTIONS http://b.example", line: "OPTIONS *", host: "b.example"),
    Case(request: "OPTIONS http://b.example/", line: "OPTIONS /", host: "b.example"),
    Case(request: "OPTIONS /x", line: "OPTIONS /x", host: "a"),
    Case(request: "GET /?", line: "GET /?", host: "a"),
    Case(request: "PROPFIND /x", line: "PROPFIND /x", host: "a"),
    Case(request: "DELETE /x", line: "DELETE /x", host: "a"),
  ]

  @Test(arguments: cases) func isForwarded(_ test: Case) throws {
    let origin = Origin.mirror()
    let proxy = try TestProxy(to: origin.port)
    let answer = try proxy.connect().exchange("\(test.request) HTTP/1.1\r\nHost: a\r\n\r\n")
    #expect(answer.status == 200)
    let seen = answer.mirrored
    #expect(seen.startLine == "\(test.line) HTTP/1.1")
    #expect(seen.values("host") == [test.host])
    #expect(seen.values("x-forwarded-host") == [test.host])
  }

  @Test(arguments: [
    "GET *", "OPTIONS *x", "GET ftp://b/", "GET b.example:80", "GET x", "GET http:///x", "GET http://u@b/",
  ])
  func isRefused(_ request: String) throws {
    let origin = Origin.mirror()
    let proxy = try TestProxy(to: origin.port)
    #expect(try proxy.connect().exchange("\(request) HTTP/1.1\r\nHost: a\r\n\r\n").status == 400)
    #expect(origin.connections == 0)
  }

  /// Routes see the host that counts: the target's, not the field's.
  @Test func anAbsoluteTargetsHostIsRouted() throws {
    let (inner, outer) = (Origin(body: "inner"), Origin(body: "outer"))
    let proxy = try TestProxy(
      """
      routes:
      - {name: inner, hostnames: [inner.example], rules: [{backendRefs: [{name: inner}]}]}
      - {name: outer, hostnames: [outer.example], rules: [{backendRefs: [{name: outer}]}]}
      services:
      - {name: inner, endpoints: ["127.0.0.1:\(inner.port)"]}
      - {name: outer, endpoints: ["127.0.0.1:\(outer.port)"]}
      """)
    let client = try proxy.connect()
    #expect(
      try client.exchange("GET http://inner.example/ HTTP/1.1\r\nHost: outer.example\r\n\r\n").text == "inner"
    )
    #expect(try client.exchange("GET / HTTP/1.1\r\nHost: outer.example\r\n\r\n").text == "outer")
    #expect(try client.exchange("GET http://other/ HTTP/1.1\r\nHost: outer.example\r\n\r\n").status == 404)
  }
}
