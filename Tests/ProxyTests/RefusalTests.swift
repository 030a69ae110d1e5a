import Testing

/// Requests that must not be believed: the right status, a closed connection, and nothing forwarded.
@Suite struct RefusalTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let name: String
    let request: String
    let status: Int
    var testDescription: String { name }
  }

  static let cases: [Case] = [
    Case(
      name: "length and chunked", request: post("Content-Length: 3\r\nTransfer-Encoding: chunked"),
      status: 400),
    Case(name: "two lengths", request: post("Content-Length: 3\r\nContent-Length: 4"), status: 400),
    Case(name: "list of lengths", request: post("Content-Length: 3, 3"), status: 400),
    Case(name: "signed length", request: post("Content-Length: +3"), status: 400),
    Case(name: "hexadecimal length", request: post("Content-Length: 0x3"), status: 400),
    Case(name: "length past 64 bits", request: post("Content-Length: 99999999999999999999"), status: 400),
    Case(name: "chunked twice", request: post("Transfer-Encoding: chunked, chunked"), status: 400),
    Case(name: "unknown coding", request: post("Transfer-Encoding: gzip, chunked"), status: 501),
    Case(name: "coding that looks like chunked", request: post("Transfer-Encoding: xchunked"), status: 400),
    Case(
      name: "coding in HTTP/1.0",
      request: "POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", status: 400),
    Case(name: "bare LF", request: "GET / HTTP/1.1\nHost: a\n\n", status: 400),
    Case(name: "bare CR in a value", request: get("X: a\rb"), status: 400),
    Case(name: "folded line", request: get("X: a\r\n b"), status: 400),
    Case(name: "space before the colon", request: get("X : a"), status: 400),
    Case(name: "no name", request: get(": a"), status: 400),
    Case(name: "NUL in a value", request: get("X: a\0b"), status: 400),
    Case(name: "no Host", request: "GET / HTTP/1.1\r\n\r\n", status: 400),
    Case(name: "two Hosts", request: "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", status: 400),
    Case(name: "Host with user", request: "GET / HTTP/1.1\r\nHost: u@a\r\n\r\n", status: 400),
    Case(name: "no target", request: "GET  HTTP/1.1\r\nHost: a\r\n\r\n", status: 400),
    Case(name: "fragment", request: "GET /a#b HTTP/1.1\r\nHost: a\r\n\r\n", status: 400),
    Case(name: "encoded NUL in the path", request: "GET /a%00b HTTP/1.1\r\nHost: a\r\n\r\n", status: 400),
    Case(
      name: "raw byte over 127 in the target", request: "GET /\u{e9} HTTP/1.1\r\nHost: a\r\n\r\n", status: 400
    ),
    Case(name: "unknown version", request: "GET / HTTP/1.2\r\nHost: a\r\n\r\n", status: 505),
    Case(name: "CONNECT", request: "CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n", status: 501),
    Case(name: "bad method", request: "G(T / HTTP/1.1\r\nHost: a\r\n\r\n", status: 400),
    Case(
      name: "long target",
      request: "GET /\(String(repeating: "a", count: 20_000)) HTTP/1.1\r\nHost: a\r\n\r\n", status: 414),
    Case(
      name: "many fields", request: get((0..<300).map { "X-\($0): a" }.joined(separator: "\r\n")), status: 431
    ),
    Case(name: "large fields", request: get("X: \(String(repeating: "a", count: 100_000))"), status: 431),
    Case(name: "garbage", request: "\u{15}\u{3}\u{1}\u{2}\0\u{1}\0\u{1}\r\n\r\n", status: 400),
  ]

  static func get(_ fields: String) -> String { "GET / HTTP/1.1\r\nHost: a\r\n\(fields)\r\n\r\n" }
  static func post(_ fields: String) -> String { "POST / HTTP/1.1\r\nHost: a\r\n\(fields)\r\n\r\nabc" }

  @Test(arguments: cases) func isRefused(_ test: Case) throws {
    let origin = Origin(body: "forwarded")
    let proxy = try TestProxy(to: origin.port)
    let client = try proxy.connect()
    try client.send(test.request)
    let answer = try client.readMessage()
    #expect(answer.status == test.status)
    #expect(answer["connection"]?.lowercased() == "close")
    #expect(answer["proxy-status"]?.hasPrefix("apus;error=") == true)
    #expect(try client.readToEnd() == "")
    #expect(origin.connections == 0)
  }

  /// The second of two requests is broken: the first is answered, the connection ends after the refusal.
  @Test func aBrokenRequestInAPipelineEndsIt() throws {
    let origin = Origin(body: "fine")
    let proxy = try TestProxy(to: origin.port)
    let client = try proxy.connect()
    try client.send(
      "GET / HTTP/1.1\r\nHost: a\r\n\r\nGET / HTTP/1.1\r\nHost : a\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n")
    #expect(try client.readMessage().text == "fine")
    #expect(try client.readMessage().status == 400)
    #expect(try client.readToEnd() == "")
  }
}
