import HTTP
import HTTPInvariants
import Testing

/// Requests that must be refused: one precise error for each rule, whole and byte by byte.
@Suite struct RequestRefusalTests {
  @Test(arguments: [
    ("GET  / HTTP/1.1\r\n\r\n", HTTPError.invalidTarget), ("GET /  HTTP/1.1\r\n\r\n", .invalidVersion),
    (" GET / HTTP/1.1\r\n\r\n", .invalidMethod), ("GET\t/ HTTP/1.1\r\n\r\n", .invalidMethod),
    ("G(T / HTTP/1.1\r\n\r\n", .invalidMethod), ("GE\u{0}T / HTTP/1.1\r\n\r\n", .invalidMethod),
    ("GÉT / HTTP/1.1\r\n\r\n", .invalidMethod), ("\u{16}\u{3}\u{1}", .invalidMethod),
    ("GET / HTTP/1.1 \r\n\r\n", .invalidVersion), ("GET / http/1.1\r\n\r\n", .invalidVersion),
    ("GET / HTTP/1.1x\r\n\r\n", .invalidVersion), ("GET / HTTP/1\r\n\r\n", .invalidVersion),
    ("GET / HTTP/11.1\r\n\r\n", .invalidVersion), ("GET / HTTP/1.1.1\r\n\r\n", .invalidVersion),
    ("GET / HTTP/+1.1\r\n\r\n", .invalidVersion), ("GET / FTP/1.1\r\n\r\n", .invalidVersion),
    ("GET / HTTP/1.2\r\n\r\n", .unsupportedVersion), ("GET / HTTP/0.9\r\n\r\n", .unsupportedVersion),
    ("GET / HTTP/2.0\r\n\r\n", .unsupportedVersion), ("GET / HTTP/3.0\r\n\r\n", .unsupportedVersion),
    ("GET /\r\n", .http09), ("GET /index\r\n\r\n", .http09), ("GET\r\n", .http09),
    ("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", .http2Preface), ("PRI / HTTP/2.0\r\n\r\n", .unsupportedVersion),
    ("\r\n\r\nGET / HTTP/1.1\r\n\r\n", .leadingEmptyLines), ("\nGET / HTTP/1.1\r\n\r\n", .bareLineEnd),
    ("\rGET / HTTP/1.1\r\n\r\n", .bareLineEnd), ("GET / HTTP/1.1\n\n", .bareLineEnd),
    ("GET / HTTP/1.1\r\r\n\r\n", .bareLineEnd), ("GET /\n", .bareLineEnd), ("GET\n", .bareLineEnd),
    ("GETGETGETGET\n", .bareLineEnd), ("GET /\rx HTTP/1.1\r\n\r\n", .bareLineEnd),
  ])
  func startLines(text: String, error: HTTPError) { #expect(refusal(text) == error) }

  @Test(arguments: [
    ("/a#b", HTTPError.invalidTarget), ("/a\u{1}", .invalidTarget), ("/a\u{7f}", .invalidTarget),
    ("/a\u{0}b", .invalidTarget), ("/é", .invalidTarget), ("/a\\b", .invalidTarget), ("/a\"", .invalidTarget),
    ("/<", .invalidTarget), ("/a\tb", .invalidTarget), ("a/b", .invalidTarget), ("?x", .invalidTarget),
    ("example.com:80", .invalidTarget), ("http:/x", .invalidTarget), ("http:", .invalidTarget),
    ("://x", .invalidTarget), ("ftp://x/", .unsupportedScheme), ("ws://x/", .unsupportedScheme),
    ("*", .asteriskWithoutOptions), ("*x", .invalidTarget), ("http://", .invalidTarget),
    ("http:///x", .invalidHost), ("http://u@h/", .invalidHost), ("http://u:p@h/", .invalidHost),
    ("http://h:99999/", .invalidHost), ("http://a,b/", .invalidHost), ("http://[::1/", .invalidHost),
  ])
  func targets(target: String, error: HTTPError) {
    #expect(refusal("GET \(target) HTTP/1.1\r\nHost: h\r\n\r\n") == error)
  }

  @Test func connect() {
    #expect(refusal("CONNECT example.com:443 HTTP/1.1\r\nHost: example.com:443\r\n\r\n") == .connectRefused)
    #expect(HTTPError.connectRefused.status == 501)
    // The authority form is for nothing else.
    #expect(refusal("GET example.com:443 HTTP/1.1\r\nHost: h\r\n\r\n") == .invalidTarget)
  }

  @Test(arguments: [
    (" A: b\r\n", HTTPError.leadingWhitespace), ("\tA: b\r\n", .leadingWhitespace),
    ("A: b\r\n c\r\n", .obsoleteFold), ("A: b\r\n\tc: d\r\n", .obsoleteFold),
    ("A: b\r\n \r\n", .obsoleteFold),
    ("A : b\r\n", .whitespaceBeforeColon), ("A\t: b\r\n", .whitespaceBeforeColon),
    ("Content-Length : 5\r\n", .whitespaceBeforeColon), (": b\r\n", .emptyName), (":\r\n", .emptyName),
    ("A\r\n", .invalidName), ("A b: c\r\n", .invalidName), ("A(b): c\r\n", .invalidName),
    ("A\u{0}: c\r\n", .invalidName), ("Ä: c\r\n", .invalidName), ("A\u{7f}: c\r\n", .invalidName),
    ("A@: c\r\n", .invalidName), ("Content\u{d}Length: 5\r\n", .bareLineEnd),
    ("A\u{1}b: c\r\n", .invalidName),
    ("A: b\u{0}c\r\n", .invalidValue), ("A: b\u{1}\r\n", .invalidValue), ("A: \u{b}b\r\n", .invalidValue),
    ("A: b\u{7f}\r\n", .invalidValue), ("A: b\nB: c\r\n", .bareLineEnd), ("A: b\rB: c\r\n", .bareLineEnd),
    ("A: b\r\r\n", .bareLineEnd), ("A\n: b\r\n", .bareLineEnd), ("A: b\r\n\n", .bareLineEnd),
    ("A: b\r\n\rx: y\r\n", .bareLineEnd), ("A:\n", .bareLineEnd), ("A:\u{0}\r\n", .invalidValue),
  ])
  func fields(line: String, error: HTTPError) {
    #expect(refusal("GET / HTTP/1.1\r\n\(line)Host: h\r\n\r\n") == error)
  }

  @Test(arguments: [
    ("", HTTPError.missingHost), ("Host: a\r\nHost: a\r\n", .duplicateHost),
    ("Host: a\r\nhost: b\r\n", .duplicateHost), ("Host:\r\n", .invalidHost), ("Host: a,b\r\n", .invalidHost),
    ("Host: a b\r\n", .invalidHost), ("Host: u@a\r\n", .invalidHost), ("Host: a/b\r\n", .invalidHost),
    ("Host: http://a\r\n", .invalidHost), ("Host: a:b\r\n", .invalidHost),
    ("Host: a:65536\r\n", .invalidHost),
    ("Host: a:-1\r\n", .invalidHost), ("Host: :80\r\n", .invalidHost), ("Host: [::1\r\n", .invalidHost),
    ("Host: ::1\r\n", .invalidHost), ("Host: [x]\r\n", .invalidHost), ("Host: []\r\n", .invalidHost),
    ("Host: [::1]x\r\n", .invalidHost), ("Host: a%2fb\r\n", .invalidHost), ("Host: é\r\n", .invalidHost),
    ("Host: a?b\r\n", .invalidHost), ("Host: a#b\r\n", .invalidHost), ("Host: a\\b\r\n", .invalidHost),
  ])
  func hosts(fields: String, error: HTTPError) {
    #expect(refusal("GET / HTTP/1.1\r\n\(fields)\r\n") == error)
    // An absolute target does not excuse a bad Host.
    #expect(refusal("GET http://x/ HTTP/1.1\r\n\(fields)\r\n") == error)
  }

  @Test func duplicateHostInHTTP10() {
    #expect(refusal("GET / HTTP/1.0\r\nHost: a\r\nHost: a\r\n\r\n") == .duplicateHost)
    #expect(decode("GET / HTTP/1.0\r\n\r\n").error == nil)
  }

  @Test(arguments: [
    ("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", HTTPError.lengthWithTransferCoding),
    ("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", .lengthWithTransferCoding),
    ("Content-Length: 5\r\nContent-Length: 6\r\n", .duplicateContentLength),
    ("Content-Length: 5\r\nContent-Length: 5\r\n", .duplicateContentLength),
    ("Content-Length: 5\r\ncontent-length: 5\r\n", .duplicateContentLength),
    ("Content-Length: 5,5\r\n", .invalidContentLength), ("Content-Length: 5, 5\r\n", .invalidContentLength),
    ("Content-Length:\r\n", .invalidContentLength), ("Content-Length: +5\r\n", .invalidContentLength),
    ("Content-Length: -0\r\n", .invalidContentLength), ("Content-Length: -5\r\n", .invalidContentLength),
    ("Content-Length: 0x5\r\n", .invalidContentLength), ("Content-Length: 1_0\r\n", .invalidContentLength),
    ("Content-Length: 1 0\r\n", .invalidContentLength), ("Content-Length: 5;\r\n", .invalidContentLength),
    ("Content-Length: 5.0\r\n", .invalidContentLength), ("Content-Length: ٥\r\n", .invalidContentLength),
    ("Content-Length: 9223372036854775808\r\n", .invalidContentLength),
    ("Content-Length: 18446744073709551616\r\n", .invalidContentLength),
    ("Content-Length: 99999999999999999999999999\r\n", .invalidContentLength),
    ("Transfer-Encoding: xchunked\r\n", .invalidTransferCoding),
    ("Transfer-Encoding: identity\r\n", .invalidTransferCoding),
    ("Transfer-Encoding: chunked, chunked\r\n", .invalidTransferCoding),
    ("Transfer-Encoding: chunked, gzip\r\n", .invalidTransferCoding),
    ("Transfer-Encoding: chunked,\r\n", .invalidTransferCoding),
    ("Transfer-Encoding:\r\n", .invalidTransferCoding), ("Transfer-Encoding: ,\r\n", .invalidTransferCoding),
    ("Transfer-Encoding: \"chunked\"\r\n", .invalidTransferCoding),
    ("Transfer-Encoding: chunked;q=1\r\n", .invalidTransferCoding),
    ("Transfer-Encoding: chunk ed\r\n", .invalidTransferCoding),
    ("Transfer-Encoding: \u{b}chunked\r\n", .invalidValue),
    ("Transfer-Encoding: chunked\u{c}\r\n", .invalidValue),
    ("Transfer-Encoding: chunked\u{0}\r\n", .invalidValue),
    ("Transfer-Encoding: gzip, chunked\r\n", .unsupportedTransferCoding),
    ("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", .duplicateTransferCoding),
    ("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n", .duplicateTransferCoding),
    ("Transfer-Encoding:\r\n chunked\r\n", .invalidTransferCoding),
    ("A: b\r\n Transfer-Encoding: chunked\r\n", .obsoleteFold),
    ("Expect: 200-ok\r\n", .unsupportedExpectation), ("Expect: 100-continue, x\r\n", .unsupportedExpectation),
  ])
  func framing(fields: String, error: HTTPError) {
    #expect(refusal("POST / HTTP/1.1\r\nHost: h\r\n\(fields)\r\n") == error)
  }

  @Test func transferCodingInHTTP10() {
    #expect(
      refusal("POST / HTTP/1.0\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n") == .transferCodingInHTTP10)
    // With a length too it must not be read as a body of that length.
    #expect(
      refusal("POST / HTTP/1.0\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\nabc")
        == .transferCodingInHTTP10)
  }

  @Test func largestContentLength() {
    let result = decode("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 9223372036854775807\r\n\r\n")
    #expect(result.lines.first?.contains("length(9223372036854775807)") == true)
    #expect(result.error == .truncatedBody)
    #expect(
      decode("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 0000000000000000000000002\r\n\r\nab").error == nil
    )
  }

  @Test func limits() {
    var limits = HTTPLimits()
    limits.startLine = 40
    let line = "GET /" + String(repeating: "a", count: 24) + " HTTP/1.1\r\n"
    #expect(line.utf8.count == 40)
    #expect(refusal(line + "Host: h\r\n\r\n", limits: limits) == nil)
    limits.startLine = 39
    #expect(refusal(line + "Host: h\r\n\r\n", limits: limits) == .targetTooLong)
    // Without an end in sight it need not wait for one; nor does a fault within it win.
    #expect(refusal(String(repeating: "G", count: 40), limits: limits) == .targetTooLong)
    #expect(refusal("GET /\u{1}" + String(repeating: "a", count: 40), limits: limits) == .targetTooLong)

    limits = HTTPLimits()
    limits.headerBytes = 22
    let start = "GET / HTTP/1.1\r\n"
    #expect(refusal(start + "Host: h\r\nAbcdef: i\r\n\r\n", limits: limits) == nil)
    #expect(refusal(start + "Host: h\r\nAbcdef: ij\r\n\r\n", limits: limits) == .headersTooLarge)
    #expect(
      refusal(start + "Host: h\r\n" + String(repeating: "a", count: 14), limits: limits) == .headersTooLarge)

    limits = HTTPLimits()
    limits.headerCount = 2
    #expect(refusal(start + "Host: h\r\nA: b\r\n\r\n", limits: limits) == nil)
    #expect(refusal(start + "Host: h\r\nA: b\r\nC: d\r\n\r\n", limits: limits) == .tooManyHeaders)
    // Fields that are dropped count as well.
    #expect(refusal(start + "Host: h\r\nx_request_id: b\r\nC: d\r\n\r\n", limits: limits) == .tooManyHeaders)
  }

  @Test func connectionOptionsAreBounded() {
    let start = "GET / HTTP/1.1\r\nHost: h\r\nConnection: "
    #expect(refusal(start + String(repeating: "a,", count: 64) + "close\r\n\r\n") == nil)
    #expect(refusal(start + String(repeating: "a,", count: 65) + "\r\n\r\n") == .tooManyConnectionOptions)
  }

  @Test func truncated() {
    #expect(refusal("GET / HT") == .truncatedHead)
    #expect(refusal("GET / HTTP/1.1\r\n") == .truncatedHead)
    #expect(refusal("GET / HTTP/1.1\r\nHost: h\r\n\r") == .truncatedHead)
    #expect(refusal("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nab") == .truncatedBody)
    #expect(refusal("") == nil)
  }

  @Test func theErrorStays() {
    var decoder = HTTP1Decoder(role: .server)
    var head = MessageHead()
    var trailers = MessageHead()
    let bad = Array("GET / HTTP/1.1\nHost: h\n\n".utf8)
    let good = Array("GET / HTTP/1.1\r\nHost: h\r\n\r\n".utf8)
    var offset = 0
    #expect(throws: HTTPError.bareLineEnd) {
      try decoder.next(bad.span, &offset, head: &head, trailers: &trailers)
    }
    offset = 0
    #expect(throws: HTTPError.bareLineEnd) {
      try decoder.next(good.span, &offset, head: &head, trailers: &trailers)
    }
    let isClosed = decoder.isClosed
    #expect(isClosed)
  }
}
