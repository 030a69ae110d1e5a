import HTTP
import HTTPInvariants
import Primitives
import Testing

/// Sends a request; the stream is 1, 3, ... in order.
func start(_ driver: HTTP2Driver, _ method: Method = .get, path: StaticString = "/", ends: Bool = true)
  -> HTTP2Stream?
{
  var head = MessageHead()
  let begin = head.arena.count
  head.arena.append(path)
  head.method = method
  head.path = ByteRange(begin, head.arena.count)
  head.append(.host, "h")
  let stream = driver.session.startRequest(head, ends: ends).wrappedValue
  driver.pull()
  return stream
}

/// Runs a row as a client that has asked once, with `method`.
func expectClient(_ row: Row, method: Method = .get) {
  let driver = inPieces(Frame.settings([]) + row.frames.flatMap { $0 }, row.name) {
    let driver = HTTP2Driver(.client)
    _ = start(driver, method)
    return driver
  }
  #expect(outcome(driver) == row.outcome, "\(row.name): \(driver.lines), \(String(describing: driver.error))")
  if let line = row.line {
    #expect(driver.lines.contains { $0.contains(line) }, "\(row.name): \(driver.lines)")
  }
}

private let ok = [(":status", "200")]

/// What a client makes of an endpoint's answers (RFC 9113, section 8).
@Suite struct ClientResponseTests {
  private static func response(
    _ name: String, _ fields: [(String, String)], _ outcome: Outcome = .stream(.protocolError),
    _ line: String? = nil
  ) -> Row {
    Row(
      name, [Frame.headers(1, fields, ends: true)], outcome,
      line ?? (outcome == .accepted ? "1 head" : "1 malformed"))
  }

  @Test(arguments: ["HTTP/1.1 400 Bad Request\r\n\r\n", "HTTP/1.0 200 \r\n\r\n", "<html>\n    <head>\n"])
  func answersInHTTP1(text: String) {
    let driver = inPieces(Array(text.utf8), text) { HTTP2Driver(.client) }
    #expect(driver.error == .http1Answer)
    #expect(HTTP2Frames.describe(driver.output).last == "GOAWAY 0 1")
  }

  @Test func whatOnlyLooksLikeHTTP1() {
    let line = Array("HTTP/1.1 200 OK\r\n\r\n".utf8)
    let driver = HTTP2Driver(.client)
    driver.receive(Frame.settings([]) + line)
    #expect(driver.error == .frameSize)
    let server = HTTP2Driver(.server)
    server.receive(HTTP2Frames.preface + line)
    #expect(server.error != nil && server.error != .http1Answer)
    let other = HTTP2Driver(.client)
    other.receive(Array("HTTP/1.\u{1} 200 OK\r\n\r\n".utf8))
    #expect(other.error != nil && other.error != .http1Answer)
  }

  static let statuses = [
    response("200", ok, .accepted, "head 200"), response("599", [(":status", "599")], .accepted, "head 599"),
    response("600", [(":status", "600")], .stream(.protocolError), "1 malformed invalidStatus"),
    response("99", [(":status", "99")]),
    response("000", [(":status", "000")], .stream(.protocolError), "1 malformed invalidStatus"),
    response("0200", [(":status", "0200")]), response("+20", [(":status", "+20")]),
    response("20x", [(":status", "20x")]),
    response("empty", [(":status", "")]), response("none", [("a", "b")]), response("twice", ok + ok),
    response("behind a field", [("a", "b")] + ok), response("a request", get),
    response("101", [(":status", "101")]),
    response("a request's field", ok + [(":path", "/")]), response("unknown", ok + [(":x", "y")]),
  ]

  @Test("Section 8.3.2: status", arguments: statuses) func status(row: Row) { expectClient(row) }

  static let fields = [
    response("upper case", ok + [("Upper", "x")]), response("LF in a value", ok + [("a", "b\nc")]),
    response("NUL in a value", ok + [("a", "b\0")]), response("CR in a name", ok + [("a\r", "b")]),
    response("colon in a name", ok + [("a:b", "b")]), response("space in front", ok + [("a", " b")]),
    response("connection", ok + [("connection", "close")]),
    response("keep-alive", ok + [("keep-alive", "5")]),
    response("transfer-encoding", ok + [("transfer-encoding", "chunked")]),
    response("upgrade", ok + [("upgrade", "x")]),
    response("proxy-connection", ok + [("proxy-connection", "x")]),
  ]

  @Test("Section 8.2: fields", arguments: fields) func field(row: Row) { expectClient(row) }

  static let messages = [
    Row(
      "a body", [Frame.headers(1, ok), Frame.data(1, "ab"), Frame.data(1, "c", ends: true)], .accepted,
      "1 body abc"),
    Row(
      "trailers", [Frame.headers(1, ok), Frame.data(1, "ab"), Frame.headers(1, [("a", "b")], ends: true)],
      .accepted,
      "1 end | a: b"),
    Row(
      "trailers without the end", [Frame.headers(1, ok), Frame.headers(1, [("a", "b")])],
      .stream(.protocolError)),
    Row(
      "trailers with a status", [Frame.headers(1, ok), Frame.headers(1, ok, ends: true)],
      .stream(.protocolError)),
    Row(
      "1xx", [Frame.headers(1, [(":status", "103"), ("link", "x")]), Frame.headers(1, ok, ends: true)],
      .accepted,
      "1 informational 103"),
    Row("1xx at the end", [Frame.headers(1, [(":status", "103")], ends: true)], .stream(.protocolError)),
    Row(
      "1xx behind the head", [Frame.headers(1, ok), Frame.headers(1, [(":status", "103")])],
      .stream(.protocolError)),
    Row("DATA before a head", [Frame.data(1, "x")], .connection(.protocolError)),
    Row(
      "DATA behind 1xx", [Frame.headers(1, [(":status", "100")]), Frame.data(1, "x")], .stream(.protocolError)
    ),
    Row("DATA behind the end", [Frame.headers(1, ok, ends: true), Frame.data(1, "x")], .accepted, "1 end"),
    Row("reset", [Frame.headers(1, ok), Frame.reset(1, 2)], .accepted, "1 reset internalError"),
    Row(
      "reset with an unknown code", [Frame.headers(1, ok), Frame.reset(1, 99)], .accepted,
      "1 reset internalError"),
    Row("refused", [Frame.reset(1, 7)], .accepted, "1 reset refusedStream"),
    Row(
      "a push", [Frame.settingsAck, Frame.raw(5, flags: 4, 1, Frame.word(2) + HPACK.literal(get))],
      .connection(.protocolError)),
    Row("a stream of the server", [Frame.headers(2, ok)], .connection(.protocolError)),
    Row("a stream that was not begun", [Frame.headers(3, ok)], .connection(.protocolError)),
    Row("ENABLE_PUSH by a server", [Frame.settings([(2, 1)])], .connection(.protocolError)),
    Row("DATA on stream 0", [Frame.data(0, "x")], .connection(.protocolError)),
    Row("PRIORITY on stream 0", [Frame.priority(0, on: 1)], .connection(.protocolError)),
    Row(
      "the connection's window overflows", [Frame.windowUpdate(0, 0x7fff_ffff)],
      .connection(.flowControlError)),
    Row(
      "unknown frames", [Frame.raw(0xfa, 0), Frame.raw(10, 1, [0, 0]), Frame.headers(1, ok, ends: true)],
      .accepted,
      "1 end"),
  ]

  @Test("Section 8.1: messages", arguments: messages) func message(row: Row) { expectClient(row) }

  @Test func settingsComeFirst() {
    let driver = inPieces(Frame.ping(), "no settings") { HTTP2Driver(.client) }
    #expect(outcome(driver) == .connection(.protocolError))
    let other = inPieces(Array("HTTP/1.1 400 Bad Request\r\n\r\n".utf8), "HTTP/1") { HTTP2Driver(.client) }
    #expect(other.error != nil)
  }

  private static func length(
    _ name: String, _ value: String, status: String = "200", _ frames: [[UInt8]], _ outcome: Outcome,
    _ line: String? = nil, ends: Bool = false
  ) -> Row {
    Row(
      name, [Frame.headers(1, [(":status", status), ("content-length", value)], ends: ends)] + frames,
      outcome, line)
  }

  static let lengths = [
    length("matches", "3", [Frame.data(1, "abc", ends: true)], .accepted, "1 end"),
    length(
      "too much", "1", [Frame.data(1, "ab")], .stream(.protocolError), "1 malformed lengthMismatch"),
    length("too little", "3", [Frame.data(1, "ab", ends: true)], .stream(.protocolError), "1 malformed"),
    length("none", "3", [], .stream(.protocolError), "1 malformed", ends: true),
    length("not a number", "x", [], .stream(.protocolError), "1 malformed"),
    length("304", "3", status: "304", [], .accepted, "declared 3", ends: true),
    length(
      "304 with a body", "3", status: "304", [Frame.data(1, "abc", ends: true)], .stream(.protocolError)),
    length("204", "0", status: "204", [], .accepted, "1 end", ends: true),
    length(
      "204 with a body", "3", status: "204", [Frame.data(1, "abc", ends: true)], .stream(.protocolError)),
  ]

  @Test("Section 8.1.1: content-length", arguments: lengths) func contentLength(row: Row) {
    expectClient(row)
  }

  static let headLengths = [
    length("HEAD", "3", [], .accepted, "declared 3", ends: true),
    length("HEAD with a body", "3", [Frame.data(1, "abc", ends: true)], .stream(.protocolError)),
    Row(
      "HEAD, then an empty frame", [Frame.headers(1, ok), Frame.data(1, "", ends: true)], .accepted, "1 end"),
  ]

  @Test("Section 8.1.1: answers to HEAD", arguments: headLengths)
  func headLength(row: Row) { expectClient(row, method: .head) }

  @Test func severalInformational() {
    let more = (1...8).flatMap { Frame.headers(1, [(":status", "10\($0 % 2 * 3)"), ("n", "\($0)")]) }
    let driver = inPieces(Frame.settings([]) + more + Frame.headers(1, ok, ends: true), "1xx") {
      let driver = HTTP2Driver(.client)
      _ = start(driver)
      return driver
    }
    #expect(driver.told[1]?.count == 10)
    #expect(driver.told[1]?[6].contains("n: 7") == true)
    #expect(driver.told[1]?[8].hasPrefix("head 200") == true)
    let tooMany = Frame.headers(1, [(":status", "100")])
    expectClient(Row("nine", [more, tooMany], .stream(.protocolError), "1 malformed tooManyInformational"))
  }

  /// Before our settings are acknowledged a push is no error, and is refused (section 8.4).
  @Test func earlyPush() {
    let push = Frame.raw(5, flags: 4, 1, Frame.word(2) + HPACK.literal(get))
    let driver = inPieces(Frame.settings([]) + push + Frame.headers(1, ok, ends: true), "push") {
      let driver = HTTP2Driver(.client)
      _ = start(driver)
      return driver
    }
    #expect(driver.error == nil)
    #expect(outcome(driver, stream: 2) != .accepted)
    #expect(driver.told[1]?.last == "end")
    #expect(driver.told[2] == nil)
  }

  /// Streams above the last one were not processed: they can be tried elsewhere (section 6.8).
  @Test func goAway() {
    let bytes = Frame.settings([]) + Frame.goAway(1, 0) + Frame.headers(1, ok, ends: true)
    let driver = inPieces(bytes, "goaway") {
      let driver = HTTP2Driver(.client)
      for _ in 0..<3 { _ = start(driver) }
      return driver
    }
    #expect(driver.told[0] == ["settings", "goaway 1 noError"])
    #expect(driver.told[1]?.last == "end")
    #expect(driver.told[3] == ["reset refusedStream"])
    #expect(driver.told[5] == ["reset refusedStream"])
    #expect(Set(driver.closed) == [1, 3, 5])
    #expect(!driver.session.canStartRequest)
    #expect(start(driver) == nil)
    #expect(driver.session.openStreams == 0)
  }

  @Test func goAwayInTwoSteps() {
    let driver = HTTP2Driver(.client)
    _ = start(driver)
    driver.receive(Frame.settings([]) + Frame.goAway(0x7fff_ffff, 0))
    #expect(!driver.session.canStartRequest)
    driver.receive(Frame.goAway(1, 0) + Frame.headers(1, ok, ends: true))
    #expect(driver.told[1]?.last == "end")
    #expect(driver.error == nil)
  }

  /// The last stream may only go down (section 6.8).
  @Test func goAwayThatGrows() {
    let driver = HTTP2Driver(.client)
    _ = start(driver)
    driver.receive(Frame.settings([]) + Frame.goAway(1, 0) + Frame.goAway(3, 0))
    #expect(outcome(driver) == .connection(.protocolError))
  }

  /// An answer that is whole before the request is: the reset that says so is no failure (section 8.1).
  @Test func answerBeforeTheEndOfTheRequest() {
    let driver = HTTP2Driver(.client)
    _ = start(driver, .post, ends: false)
    driver.receive(Frame.settings([]) + Frame.headers(1, ok, ends: true) + Frame.reset(1, 0))
    #expect(driver.told[1]?.suffix(1) == ["reset noError"])
    #expect(driver.lines.contains("1 end"))
    #expect(driver.closed == [1])
  }
}
