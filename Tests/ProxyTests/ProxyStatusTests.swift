import Testing

/// Answers of our own say precisely why (RFC 9209), in the field and in their body.
@Suite struct ProxyStatusTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let name: String
    /// What the endpoint sends for each request; nil: there is no endpoint.
    var bytes: String?
    var rule = ""
    var service = ""
    var request = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"
    let status: Int
    let field: String
    var testDescription: String { name }
  }

  static let ok = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"

  static let cases = [
    Case(
      name: "refused", status: 503, field: "connection_refused;details=\"connection refused by the endpoint\""
    ),
    Case(
      name: "closed", bytes: "", status: 502,
      field: "connection_terminated;details=\"endpoint closed the connection before answering\""),
    Case(
      name: "two framings",
      bytes: "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
      status: 502, field: "http_protocol_error;details=\"both Content-Length and Transfer-Encoding\""),
    Case(
      name: "no HTTP", bytes: "SSH-2.0-OpenSSH\r\n", status: 502,
      field: "http_protocol_error;details=\"invalid status line\""),
    Case(
      name: "HTTP/2", bytes: "\0\0\u{6}\u{4}\0\0\0\0\0\0\u{4}\0\0\u{1}\0", status: 502,
      field:
        "http_protocol_error;details=\"answer in HTTP/2: the service should say protocol: h2\""),
    Case(
      name: "HTTP/1", bytes: "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n", service: "protocol: h2",
      status: 502,
      field:
        "http_protocol_error;details=\"answer in HTTP/1: the service should not say protocol: h2\""),
    Case(
      name: "two lengths", bytes: "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\na",
      status: 502,
      field: "http_protocol_error;details=\"more than one Content-Length\""),
    Case(
      name: "coding", bytes: "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", status: 502,
      field: "http_response_transfer_coding;details=\"unsupported transfer coding\""),
    Case(
      name: "large head", bytes: "HTTP/1.1 200 OK\r\nX: \(String(repeating: "a", count: 70_000))\r\n\r\n",
      status: 502,
      field: "http_response_header_section_size;details=\"headers too large\""),
    Case(
      name: "many fields", bytes: "HTTP/1.1 200 OK\r\n\(String(repeating: "X: a\r\n", count: 200))\r\n",
      status: 502,
      field: "http_response_header_section_size;details=\"too many headers\""),
    Case(
      name: "unasked switch", bytes: TunnelTests.agree, status: 502,
      field: "http_protocol_error;details=\"switch of protocols that was not asked for\""),
    Case(
      name: "limit", bytes: ok, service: "circuitBreaker: {maxRequests: 0}", status: 503,
      field: "connection_limit_reached;details=\"too many requests to the service\""),
    Case(
      name: "no connection", bytes: ok, service: "circuitBreaker: {maxConnections: 0, maxPendingRequests: 0}",
      status: 503,
      field: "connection_limit_reached;details=\"too many requests waiting for the service\""),
    Case(
      name: "bad request", bytes: ok, request: "GET / HTTP/1.1\r\nHost: a\r\nX : y\r\n\r\n", status: 400,
      field: "http_request_error;details=\"white space before a colon\""),
    Case(
      name: "bad path", bytes: ok, request: "GET /%00 HTTP/1.1\r\nHost: a\r\n\r\n", status: 400,
      field: "http_request_error;details=\"NUL in the path\""),
    Case(
      name: "bad chunk", bytes: ok,
      request: "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n", status: 400,
      field: "http_request_error;details=\"invalid chunk size\""),
    Case(
      name: "long target", bytes: ok,
      request: "GET /\(String(repeating: "a", count: 9000)) HTTP/1.1\r\nHost: a\r\n\r\n",
      status: 414, field: "http_request_error;details=\"request line too long\""),
  ]

  @Test(arguments: cases) func says(_ test: Case) throws {
    let origin = Origin { wire, _ in
      _ = try wire.readMessage()
      try wire.send(test.bytes ?? "")
    }
    let port = test.bytes == nil ? Origin.closedPort() : origin.port
    let proxy = try TestProxy(to: port, rule: test.rule, service: test.service)
    let answer = try proxy.connect().exchange(test.request)
    #expect(answer.status == test.status)
    #expect(answer.values("proxy-status") == ["apus;error=\(test.field)"])
    let words = test.field.split(separator: "\"")[1]
    #expect(answer.text == "apus: \(words)\n")
    #expect(answer["content-type"] == "text/plain; charset=utf-8")
  }

  @Test func noRouteAndNoBackend() throws {
    let proxy = try TestProxy(
      """
      routes:
      - {name: one, hostnames: [none], rules: [{matches: [{path: {type: PathPrefix, value: /}}]}]}
      services: []
      """)
    #expect(
      try proxy.get()["proxy-status"]
        == "apus;error=destination_not_found;details=\"no route matches the request\"")
    let answer = try proxy.connect().exchange("GET / HTTP/1.1\r\nHost: none\r\n\r\n")
    #expect(answer.status == 500)
    #expect(
      answer["proxy-status"]
        == "apus;error=proxy_configuration_error;details=\"the matching rule has no backend\"")
  }

  @Test func timeouts() throws {
    let origin = Origin { wire, _ in _ = try wire.readToEnd() }
    let whole = try TestProxy(to: origin.port, rule: "timeouts: {request: 20ms}")
    let answer = try whole.get()
    #expect(answer.status == 504)
    #expect(answer["proxy-status"] == "apus;error=http_response_timeout;details=\"request timeout\"")
    let each = try TestProxy(to: origin.port, rule: "timeouts: {backendRequest: 20ms}")
    #expect(try each.get()["proxy-status"] == "apus;error=http_response_timeout;details=\"attempt timeout\"")
  }

  @Test func anOpenBreaker() throws {
    let origin = Origin { _ in "HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n" }
    let proxy = try TestProxy(
      to: origin.port,
      service: "circuitBreaker: {failureRate: 50%, minimumRequests: 2, window: 10s, openFor: 60s}")
    let client = try proxy.connect()
    let get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"
    for _ in 0..<2 { #expect(try client.exchange(get).status == 500) }
    let answer = try client.exchange(get)
    #expect(answer.status == 503)
    #expect(answer["proxy-status"] == "apus;error=destination_unavailable;details=\"circuit breaker open\"")
  }

  /// What an endpoint says of itself is not ours to change; a forwarded answer gets none of ours.
  @Test func answersOfEndpointsAreLeftAlone() throws {
    let origin = Origin { _ in
      "HTTP/1.1 502 Bad\r\nProxy-Status: other;error=dns_error\r\nContent-Length: 0\r\n\r\n"
    }
    let proxy = try TestProxy(to: origin.port)
    #expect(try proxy.get().values("proxy-status") == ["other;error=dns_error"])
    let plain = Origin(body: "x")
    #expect(try TestProxy(to: plain.port).get()["proxy-status"] == nil)
  }
}
