import HTTP
import HTTPInvariants
import Testing

/// Requests that are good, and what is made of them.
@Suite struct RequestTests {
  @Test func simple() {
    let result = decode("GET /a/b?c=d HTTP/1.1\r\nHost: example.com\r\nAccept: */*\r\n\r\n")
    #expect(result.error == nil)
    #expect(
      result.lines == [
        "head get GET /a/b?c=d | origin path /a/b | query c=d | authority example.com | http11 | none | persistent"
          + " | Host: example.com (host) | Accept: */* (other)",
        "end",
      ])
  }

  @Test(arguments: [
    ("GET", "get"), ("HEAD", "head"), ("POST", "post"), ("PUT", "put"), ("DELETE", "delete"),
    ("OPTIONS", "options"), ("TRACE", "trace"), ("PATCH", "patch"), ("get", "other"), ("GETS", "other"),
    ("PROPFIND", "other"), ("X", "other"), ("M-SEARCH", "other"), ("!#$%&'*+-.^_`|~9", "other"),
  ])
  func methods(name: String, method: String) {
    let result = decode("\(name) / HTTP/1.1\r\nHost: a\r\n\r\n")
    #expect(result.error == nil)
    #expect(result.lines.first?.hasPrefix("head \(method) \(name) / | origin path /") == true)
  }

  @Test(arguments: [
    ("/", "origin path / | authority h"),
    ("/?", "origin path / | query  | authority h"),
    ("/a?b?c", "origin path /a | query b?c | authority h"),
    ("/a%20b/[x]?y[]=1", "origin path /a%20b/[x] | query y[]=1 | authority h"),
    ("//x", "origin path //x | authority h"),
    ("/!$&'()*+,;=:@-._~", "origin path /!$&'()*+,;=:@-._~ | authority h"),
    ("http://example.com/x?y", "absolute path /x | query y | scheme http | authority example.com"),
    ("HTTPS://example.com:8443/x", "absolute path /x | scheme HTTPS | authority example.com:8443"),
    ("http://example.com", "absolute path / | scheme http | authority example.com"),
    ("http://example.com?q", "absolute path / | query q | scheme http | authority example.com"),
    ("http://[::1]:80/", "absolute path / | scheme http | authority [::1]:80"),
  ])
  func targets(target: String, parts: String) {
    let result = decode("GET \(target) HTTP/1.1\r\nHost: h\r\n\r\n")
    #expect(result.error == nil)
    #expect(result.lines.first?.hasPrefix("head get GET \(target) | \(parts) | http11") == true, "\(result)")
  }

  @Test func asterisk() {
    #expect(
      decode("OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n").lines.first?
        .hasPrefix("head options OPTIONS * | asterisk path * | authority h") == true)
    // RFC 9112 §3.2.4
    #expect(
      decode("OPTIONS http://x HTTP/1.1\r\nHost: h\r\n\r\n").lines.first?
        .hasPrefix("head options OPTIONS http://x | asterisk path * | scheme http | authority x") == true)
  }

  @Test func absoluteTargetReplacesHost() {
    let result = decode("GET http://real.example/ HTTP/1.1\r\nHost: other.example\r\n\r\n")
    #expect(result.lines.first?.hasSuffix("| Host: real.example (host)") == true)
  }

  @Test func absoluteTargetMakesHostInHTTP10() {
    let result = decode("GET http://real.example/ HTTP/1.0\r\n\r\n")
    #expect(result.lines.first?.hasSuffix("| host: real.example (host)") == true)
  }

  @Test(arguments: [
    "h", "example.com", "example.com:80", "example.com:", "127.0.0.1:8080", "[::1]", "[::ffff:1.2.3.4]:65535",
    "a_b", "xn--nxasmq6b", "a!$&'()*+;=~b",
  ])
  func hosts(host: String) {
    #expect(decode("GET / HTTP/1.1\r\nHost: \(host)\r\n\r\n").error == nil)
  }

  @Test(arguments: [
    ("HTTP/1.1", "", true), ("HTTP/1.1", "Connection: close\r\n", false),
    ("HTTP/1.1", "Connection: keep-alive, close\r\n", false),
    ("HTTP/1.1", "Connection: keep-alive\r\nConnection: CLOSE\r\n", false),
    ("HTTP/1.1", "Connection: , ,keep-alive,\r\n", true), ("HTTP/1.1", "Connection: closed\r\n", true),
    ("HTTP/1.0", "", false), ("HTTP/1.0", "Connection: Keep-Alive\r\n", true),
    ("HTTP/1.0", "Connection: close, keep-alive\r\n", false),
  ])
  func persistence(version: String, fields: String, persistent: Bool) {
    let result = decode("GET / \(version)\r\nHost: h\r\n\(fields)\r\n")
    #expect(result.error == nil)
    #expect(result.lines.first?.contains("| persistent") == persistent)
  }

  @Test func nothingIsReadAfterClose() {
    let result = decode(
      "GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n")
    #expect(result.lines.count == 2)
  }

  @Test func valuesAreTrimmed() {
    let result = decode(
      "GET / HTTP/1.1\r\nHost:h\r\nA: \t b  c \t \r\nEmpty:\r\nBlank:   \r\nTab:\tx\r\n\r\n")
    #expect(
      result.lines.first?.hasSuffix(
        "| Host: h (host) | A: b  c (other) | Empty:  (other) | Blank:  (other) | Tab: x (other)") == true)
  }

  @Test func valuesMayHoldObsoleteText() {
    var bytes = Array("GET / HTTP/1.1\r\nHost: h\r\nA: x\ty".utf8)
    bytes += (0x80...0xff).map { UInt8($0) }
    bytes += Array("\r\n\r\n".utf8)
    #expect(decode(bytes).error == nil)
  }

  @Test func bodyOfKnownLength() {
    let result = decode(
      "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhelloGET / HTTP/1.1\r\nHost: h\r\n\r\n")
    #expect(result.error == nil)
    #expect(result.lines.count == 5)
    #expect(result.lines[1] == "body hello")
    #expect(result.lines[2] == "end")
  }

  @Test func emptyBody() {
    let result = decode("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n")
    #expect(result.lines.first?.contains("length(0)") == true)
    #expect(result.lines.last == "end")
  }

  @Test func pipelined() {
    let one = "GET /1 HTTP/1.1\r\nHost: h\r\n\r\n"
    let result = decode(
      one + "POST /2 HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n" + one)
    #expect(result.error == nil)
    #expect(
      result.lines.map { String($0.prefix(4)) } == ["head", "end", "head", "body", "end", "head", "end"])
  }

  @Test func oneEmptyLineBeforeARequest() {
    #expect(
      decode("\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n").lines.count == 4)
  }

  @Test func expectContinue() {
    let head = "POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-Continue\r\n"
    #expect(decode(head + "Content-Length: 1\r\n\r\nx").lines.first?.contains("| continue") == true)
    // Nothing to wait for.
    #expect(decode(head + "\r\n").lines.first?.contains("| continue") == false)
    // Must be ignored in HTTP/1.0 (RFC 9110 §10.1.1), and must not reach the next hop as HTTP/1.1.
    let old = decode("POST / HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\nx")
    #expect(old.error == nil)
    #expect(old.lines.first?.contains("continue") == false)
  }

  @Test(arguments: [
    ("HTTP/1.1", "Connection: Upgrade\r\nUpgrade: websocket\r\n", true),
    ("HTTP/1.1", "Connection: keep-alive, upgrade\r\nUpgrade: h2c, websocket\r\n", true),
    ("HTTP/1.1", "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AA\r\n", false),
    ("HTTP/1.1", "Upgrade: websocket\r\n", false), ("HTTP/1.1", "Connection: upgrade\r\n", false),
    ("HTTP/1.0", "Connection: Upgrade\r\nUpgrade: websocket\r\n", false),
  ])
  func upgrades(version: String, fields: String, upgrade: Bool) {
    let result = decode("GET / \(version)\r\nHost: h\r\n\(fields)\r\n")
    #expect(result.error == nil)
    #expect(result.lines.first?.contains("| upgrade") == upgrade)
  }

  @Test func underscores() {
    let text = "GET / HTTP/1.1\r\nHost: h\r\nuser_id: 1\r\nX_Forwarded_For: 2\r\ncontent_length: 3\r\n\r\n"
    var limits = HTTPLimits()
    #expect(decode(text).lines.first?.hasSuffix("| Host: h (host) | user_id: 1 (other)") == true)
    limits.underscores = .allow
    #expect(decode(text, limits: limits).lines.first?.hasSuffix("content_length: 3 (other)") == true)
    limits.underscores = .drop
    #expect(decode(text, limits: limits).lines.first?.hasSuffix("| Host: h (host)") == true)
    limits.underscores = .refuse
    #expect(refusal(text, limits: limits) == .underscoreInName)
  }

  @Test func unsafeTargetBytesWhereAllowed() {
    let text = "GET /?a=\"^`{|} HTTP/1.1\r\nHost: h\r\n\r\n"
    #expect(refusal(text) == .invalidTarget)
    var limits = HTTPLimits()
    limits.allowsUnsafeTargetBytes = true
    #expect(decode(text, limits: limits).error == nil)
    #expect(refusal("GET /\\ HTTP/1.1\r\nHost: h\r\n\r\n", limits: limits) == .invalidTarget)
  }
}
