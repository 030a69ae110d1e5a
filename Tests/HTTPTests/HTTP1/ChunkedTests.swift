import HTTP
import HTTPInvariants
import Testing

@Suite struct ChunkedTests {
  private let head = "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"

  @Test func chunksAndTrailers() {
    let result = decode(head + "5\r\nhello\r\nA;x=y\r\n0123456789\r\n000\r\nX-Sum: 1\r\nB:  c \r\n\r\n")
    #expect(result.error == nil)
    #expect(result.lines.dropFirst() == ["body hello0123456789", "end | X-Sum: 1 (other) | B: c (other)"])
  }

  @Test func trailersOfOneMessageAreNotThoseOfTheNext() {
    let result = decode(head + "0\r\nA: b\r\n\r\n" + head + "0\r\n\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n")
    #expect(result.lines[1] == "end | A: b (other)")
    #expect(result.lines[3] == "end")
    #expect(result.lines[5] == "end")
  }

  @Test func forbiddenTrailersAreDropped() {
    let fields = [
      "Content-Length: 5", "Transfer-Encoding: chunked", "Host: x", "Authorization: y", "Cookie: z",
      "Connection: close",
      "Content-Type: a/b", "X-Forwarded-For: 1.2.3.4", "Expect: x", "Proxy-Authorization: y", "Set-Cookie: z",
    ]
    let result = decode(head + "0\r\nA: b\r\n" + fields.joined(separator: "\r\n") + "\r\nC: d\r\n\r\n")
    #expect(result.error == nil)
    #expect(result.lines.last == "end | A: b (other) | C: d (other)")
  }

  @Test(arguments: [
    ("\r\n", HTTPError.invalidChunkSize), ("x\r\n", .invalidChunkSize), ("+5\r\n", .invalidChunkSize),
    ("-1\r\n", .invalidChunkSize), ("0x5\r\n", .invalidChunkSize), ("5_0\r\n", .invalidChunkSize),
    ("5 \r\n", .invalidChunkSize), (" 5\r\n", .invalidChunkSize), ("5 ;a\r\n", .invalidChunkSize),
    ("5h\r\n", .invalidChunkSize), ("5\u{0}\r\n", .invalidChunkSize), ("5\t\r\n", .invalidChunkSize),
    ("5\n", .bareLineEnd), ("5\rx\r\n", .invalidChunkSize), ("5;a\n", .bareLineEnd),
    (";a\r\n", .invalidChunkSize),
    ("10000000000000000\r\n", .chunkSizeOverflow), ("ffffffffffffffffff\r\n", .chunkSizeOverflow),
    ("00000000000000000000000000000000000000000001\r\na\r\n0\r\n\r", .truncatedBody),
    ("5;\r\n", .invalidChunkExtension), ("5;=a\r\n", .invalidChunkExtension),
    ("5;a=\r\n", .invalidChunkExtension),
    ("5;a=b c\r\n", .invalidChunkExtension), ("5;a=\"b\r\n", .invalidChunkExtension),
    ("5;a\rb\r\n", .invalidChunkExtension), ("5;a=\"\\\r\n", .invalidChunkExtension),
    ("5;a=\"\u{0}\"\r\n", .invalidChunkExtension), ("5;a;;b\r\n", .invalidChunkExtension),
    ("1\r\nab\r\n", .invalidChunkEnd), ("1\r\na\n", .invalidChunkEnd), ("1\r\na\rb", .invalidChunkEnd),
    ("1\r\na0\r\n\r\n", .invalidChunkEnd), ("1\r\na", .truncatedBody), ("0\r\n", .truncatedBody),
    ("0\r\nA: b\n\r\n", .bareLineEnd), ("0\r\n A: b\r\n\r\n", .leadingWhitespace),
    ("0\r\nA: b\r\n c\r\n\r\n", .obsoleteFold), ("0\r\nA : b\r\n\r\n", .whitespaceBeforeColon),
    ("0\r\n\n", .bareLineEnd),
    ("0\r\nA\u{0}: b\r\n\r\n", .invalidName), ("0\r\nx\r\n\r\n", .invalidName),
  ])
  func refused(body: String, error: HTTPError) { #expect(refusal(head + body) == error) }

  @Test(arguments: ["5;a", "5;a=b", "5; a = b ; c", "5;a=\"b; \\\" c\"", "5;a;b;c=d", "5;a=\"\u{e9}\""])
  func extensionsAreDropped(line: String) {
    let result = decode(head + line + "\r\nhello\r\n0;last\r\n\r\n")
    #expect(result.error == nil)
    #expect(result.lines.dropFirst() == ["body hello", "end"])
  }

  @Test func limits() {
    var limits = HTTPLimits()
    limits.chunkLine = 8
    #expect(refusal(head + "1;abcd\r\na\r\n0\r\n\r\n", limits: limits) == nil)
    #expect(refusal(head + "1;abcde\r\na\r\n0\r\n\r\n", limits: limits) == .chunkLineTooLong)
    #expect(refusal(head + "1;abcdefgh", limits: limits) == .chunkLineTooLong)
    limits = HTTPLimits()
    limits.chunkExtensions = 8
    #expect(refusal(head + "1;abc\r\na\r\n1;abc\r\na\r\n0\r\n\r\n", limits: limits) == nil)
    #expect(
      refusal(head + "1;abc\r\na\r\n1;abcd\r\na\r\n0\r\n\r\n", limits: limits) == .chunkExtensionsTooLong)
    // Each body has its own.
    #expect(refusal(head + "0;abcdef\r\n\r\n" + head + "0;abcdef\r\n\r\n", limits: limits) == nil)
    limits = HTTPLimits()
    limits.trailerBytes = 14
    #expect(refusal(head + "0\r\nA: b\r\nC: d\r\n\r\n", limits: limits) == nil)
    #expect(refusal(head + "0\r\nA: b\r\nC: de\r\n\r\n", limits: limits) == .trailersTooLarge)
    // The dropped ones count.
    #expect(refusal(head + "0\r\nHost: abcdef\r\n\r\n", limits: limits) == .trailersTooLarge)
    limits = HTTPLimits()
    limits.trailerCount = 1
    #expect(refusal(head + "0\r\nA: b\r\nC: d\r\n\r\n", limits: limits) == .tooManyTrailers)
  }
}
