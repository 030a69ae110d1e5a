import HTTP
import HTTPInvariants
import Testing

@Suite struct ResponseTests {
  private func client(_ text: String, method: Method = .get, upgrade: Bool = false) -> Transcript {
    decode(text, role: .client, method: method, upgrade: upgrade)
  }

  @Test(arguments: [
    ("HTTP/1.1 200 OK", "200 OK | http11"), ("HTTP/1.1 200 ", "200  | http11"),
    ("HTTP/1.1 200", "200  | http11"),
    ("HTTP/1.0 599 What a day", "599 What a day | http10"),
    ("HTTP/1.1 404 N\u{e9}\t!", "404 N\u{e9}\t! | http11"),
  ])
  func statusLines(line: String, head: String) {
    let result = client("\(line)\r\nContent-Length: 0\r\n\r\n")
    #expect(result.error == nil)
    #expect(result.lines.first?.hasPrefix("head \(head) | length(0)") == true, "\(result)")
  }

  @Test(arguments: [
    ("HTTP/1.1 099 X\r\n\r\n", HTTPError.invalidStatus), ("HTTP/1.1 600 X\r\n\r\n", .invalidStatus),
    ("HTTP/1.1 20 OK\r\n\r\n", .invalidStatus), ("HTTP/1.1 2000 OK\r\n\r\n", .invalidStatus),
    ("HTTP/1.1 +20 OK\r\n\r\n", .invalidStatus), ("HTTP/1.1 2x0 OK\r\n\r\n", .invalidStatus),
    ("HTTP/1.1  200 OK\r\n\r\n", .invalidStatus), ("HTTP/1.1\t200 OK\r\n\r\n", .invalidStatusLine),
    ("HTTP/1.2 200 OK\r\n\r\n", .invalidStatusLine), ("HTTP/2.0 200 OK\r\n\r\n", .invalidStatusLine),
    ("http/1.1 200 OK\r\n\r\n", .invalidStatusLine), ("HTTP/1.1 200 O\u{0}K\r\n\r\n", .invalidStatusLine),
    ("HTTP/1.1 200 OK\n\n", .bareLineEnd), ("HTTP/1.1 200 O\rK\r\n\r\n", .bareLineEnd),
    ("H\r\n", .invalidStatusLine),
    ("\r\nHTTP/1.1 200 OK\r\n\r\n", .invalidStatusLine), ("ICY 200 OK\r\n\r\n", .invalidStatusLine),
    ("HTTP/1.1 200 OK\r\nA: b\r\n c\r\n\r\n", .obsoleteFold),
    ("HTTP/1.1 200 OK\r\n A: b\r\n\r\n", .leadingWhitespace),
    ("HTTP/1.1 200 OK\r\nA : b\r\n\r\n", .whitespaceBeforeColon),
    ("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", .lengthWithTransferCoding),
    ("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n", .duplicateContentLength),
    ("HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n", .invalidContentLength),
    ("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", .unsupportedTransferCoding),
    ("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n", .invalidTransferCoding),
    ("HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", .transferCodingInHTTP10),
    ("HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n", .unexpectedUpgrade),
    ("HTTP/1.1 100 Continue\r\nContent-Length: 0\r\n\r\n", .lengthWithTransferCoding), ("", .noResponse),
    ("HTTP/1.1 200", .truncatedHead), ("HTTP/1.1 200 OK\r\nA: b\r\n", .truncatedHead),
    ("HTTP/1.1 100 Continue\r\n\r\n", .noResponse),
    ("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nab", .truncatedBody),
    ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n", .truncatedBody),
    ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n", .truncatedBody),
  ])
  func refused(text: String, error: HTTPError) { #expect(responseRefusal(text) == error) }

  /// What a server of HTTP/2 says first: SETTINGS, or GOAWAY.
  @Test func answersInHTTP2() {
    func explained(_ bytes: [UInt8], _ error: HTTPError = .invalidStatusLine) -> HTTPError {
      error.explained(by: bytes.span)
    }
    for bytes in [
      Frame.settings([]), Frame.settings([(3, 100), (4, 65_535)]), Frame.settings([(3, 100)]).prefix(9) + [],
      Frame.raw(7, 0, Frame.word(0) + Frame.word(1)),
      Frame.settings([]) + Frame.raw(7, 0, Frame.word(0) + Frame.word(1)),
    ] {
      #expect(decode(String(decoding: bytes, as: UTF8.self), role: .client).error == .invalidStatusLine)
      #expect(explained(bytes) == .http2Answer && explained(bytes, .unexpectedResponse) == .http2Answer)
      #expect(explained(bytes, .invalidStatus) == .invalidStatus)
      #expect(explained(Array(bytes.prefix(8))) == .invalidStatusLine)
    }
    for bytes in [
      [], Array("SSH-2.0-OpenSSH\r\n".utf8), [UInt8](repeating: 0, count: 20), Frame.data(1, "text"),
      Frame.raw(4, flags: 1, 0), Frame.raw(4, 1), Frame.raw(4, 0, [1]), Frame.raw(7, 0, [1]),
      Frame.raw(7, 1, Frame.word(0) + Frame.word(1)),
      Frame.raw(6, 0, Frame.word(0) + Frame.word(1)),
    ] {
      #expect(explained(bytes) == .invalidStatusLine)
    }
  }

  @Test func bodyUntilClose() {
    let result = client("HTTP/1.1 200 OK\r\n\r\nabc")
    #expect(result.error == nil)
    #expect(result.lines == ["head 200 OK | http11 | untilClose", "body abc", "end"])
    #expect(client("HTTP/1.0 200 OK\r\nConnection: keep-alive\r\n\r\n").lines.last == "end")
  }

  @Test func keepAliveOfHTTP10() {
    let head = "HTTP/1.0 200 OK\r\nContent-Length: 0\r\n"
    #expect(client(head + "\r\n").lines.first?.contains("| persistent") == false)
    #expect(client(head + "Connection: keep-alive\r\n\r\n").lines.first?.contains("| persistent") == true)
  }

  @Test func withoutBody() {
    let next = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
    let head = client("HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n" + next, method: .head)
    #expect(head.error == nil)
    #expect(head.lines.first?.hasPrefix("head 200 OK | http11 | none | declared 7 | persistent") == true)
    #expect(head.lines.count == 4)
    let chunked = client("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", method: .head)
    #expect(chunked.error == nil)
    #expect(chunked.lines.first?.hasPrefix("head 200 OK | http11 | none | persistent") == true)
    let notModified = client("HTTP/1.1 304 Not Modified\r\nContent-Length: 7\r\n\r\n" + next)
    #expect(notModified.lines.count == 4)
    #expect(client("HTTP/1.1 204 No Content\r\n\r\n" + next).lines.count == 4)
    // Without a length the answer to HEAD does not wait for the connection to close.
    #expect(client("HTTP/1.1 200 OK\r\n\r\n", method: .head).lines.last == "end")
  }

  /// Its body may follow, and must not be taken for the next response.
  @Test func noContentThatClaimsABody() {
    let result = client("HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\nhello")
    #expect(result.error == nil)
    #expect(result.lines.count == 2)
    #expect(result.lines.first?.contains("persistent") == false)
  }

  @Test func informational() {
    let result = client(
      "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
    )
    #expect(result.error == nil)
    #expect(
      result.lines.map { String($0.prefix(17)) } == [
        "informational 100", "informational 103", "head 200 OK | htt", "end",
      ])
  }

  @Test func informationalIsBounded() {
    let one = "HTTP/1.1 103 Early Hints\r\n\r\n"
    let last = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
    #expect(responseRefusal(String(repeating: one, count: 8) + last) == nil)
    #expect(responseRefusal(String(repeating: one, count: 9) + last) == .tooManyInformational)
  }

  @Test func switchingProtocols() {
    let head = "HTTP/1.1 101 Switching Protocols\r\n"
    let fields = "Connection: Upgrade\r\nUpgrade: websocket\r\n"
    let result = client(head + fields + "\r\n\u{1}raw", upgrade: true)
    #expect(result.error == nil)
    #expect(result.lines.count == 3)
    #expect(result.lines.first?.contains("| upgrade") == true)
    #expect(result.lines[1] == "body \u{1}raw")
    #expect(client(head + "\r\n", upgrade: true).error == .unexpectedUpgrade)
    #expect(client(head + "Upgrade: websocket\r\n\r\n", upgrade: true).error == .unexpectedUpgrade)
    #expect(client(head + "Connection: upgrade\r\n\r\n", upgrade: true).error == .unexpectedUpgrade)
    // A refusal of the upgrade is a response like another.
    #expect(client("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx", upgrade: true).lines.last == "end")
  }

  @Test func connect() {
    let result = client("HTTP/1.1 200 OK\r\n\r\nraw", method: .connect)
    #expect(result.lines.dropFirst() == ["body raw", "end"])
    #expect(client("HTTP/1.1 407 No\r\nContent-Length: 1\r\n\r\nx", method: .connect).lines.last == "end")
  }

  /// What answers no request must not be read as an answer to the next one.
  @Test func bytesThatAnswerNothing() throws {
    var decoder = HTTP1Decoder(role: .client)
    var head = MessageHead()
    var trailers = MessageHead()
    let bytes = Array("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\nHTTP/1.1 200 OK\r\n".utf8)
    decoder.expect(responseTo: .get)
    var offset = 0
    var events: [HTTPEvent] = []
    events.append(try decoder.next(bytes.span, &offset, head: &head, trailers: &trailers))
    events.append(try decoder.next(bytes.span, &offset, head: &head, trailers: &trailers))
    #expect(events == [.head, .end])
    let isIdle = decoder.isIdle
    #expect(isIdle)
    #expect(throws: HTTPError.unexpectedResponse) {
      try decoder.next(bytes.span, &offset, head: &head, trailers: &trailers)
    }
  }

  @Test func limits() {
    var limits = HTTPLimits()
    limits.startLine = 16
    #expect(
      responseRefusal("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", limits: limits) == .statusLineTooLong)
    limits = HTTPLimits()
    limits.headerBytes = 20
    #expect(
      responseRefusal("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", limits: limits) == .headersTooLarge)
  }
}
