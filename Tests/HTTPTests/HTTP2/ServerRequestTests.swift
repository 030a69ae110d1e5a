import HTTP
import HTTPInvariants
import Testing

private func request(
  _ name: String, _ fields: [(String, String)], _ outcome: Outcome = .stream(.protocolError),
  _ line: String? = nil
) -> Row {
  Row(
    name, [Frame.headers(1, fields, ends: true)], outcome,
    line ?? (outcome == .accepted ? "1 head" : "1 malformed"))
}

private func with(
  _ name: String, _ value: String, _ outcome: Outcome = .stream(.protocolError),
  _ line: String? = nil
) -> Row {
  request("\(name): \(value)".debugDescription, get + [(name, value)], outcome, line)
}

/// The request with one pseudo-header field changed.
private func having(
  _ name: String, _ value: String, _ outcome: Outcome = .stream(.protocolError),
  _ line: String? = nil
) -> Row {
  request("\(name) \(value)".debugDescription, get.map { $0.0 == name ? (name, value) : $0 }, outcome, line)
}

private func without(_ name: String, _ outcome: Outcome = .stream(.protocolError)) -> Row {
  request("no \(name)", get.filter { $0.0 != name }, outcome)
}

private func length(
  _ name: String, _ values: [String], _ frames: [[UInt8]], _ outcome: Outcome,
  _ line: String? = nil, ends: Bool = false
) -> Row {
  Row(
    name, [Frame.headers(1, post + values.map { ("content-length", $0) }, ends: ends)] + frames, outcome,
    line)
}

/// Requests as fields (RFC 9113, section 8): nothing that HTTP/1 would read otherwise gets through.
@Suite struct ServerRequestTests {
  static let names = [
    with("Upper", "x"), with("a b", "x"), with("a:", "x"), with(":", "x"), with("", "x"), with("a\r\nb", "x"),
    with("a\nb", "x"), with("a\0", "x"), with("a\t", "x"), with("é", "x"), with("a\u{7f}", "x"),
    with("a(b)", "x"),
    with("a\"", "x"), with("!#$%&'*+-.^`|~0", "x", .accepted),
  ]

  @Test("Section 8.2.1: names", arguments: names) func name(row: Row) { expectServer(row) }

  static let values = [
    with("a", "b\r\nc: d"), with("a", "b\nc"), with("a", "b\rc"), with("a", "b\0c"), with("a", " b"),
    with("a", "b "),
    with("a", "\tb"), with("a", "b\t"), with("a", "b\u{1}"), with("a", "b\u{7f}"), with("a", " "),
    with("a", "b c\td", .accepted), with("a", "", .accepted), with("a", "é", .accepted),
  ]

  @Test("Section 8.2.1: values", arguments: values) func value(row: Row) { expectServer(row) }

  static let connection = [
    with("connection", "close"), with("connection", "x"), with("keep-alive", "5"),
    with("proxy-connection", "close"),
    with("transfer-encoding", "chunked"), with("transfer-encoding", "identity"), with("upgrade", "websocket"),
    with("te", "gzip"), with("te", "trailers, gzip"), with("te", "trailers;q=1"),
    with("te", "trailers", .accepted),
  ]

  @Test("Section 8.2.2: fields that concern a connection", arguments: connection)
  func connectionField(row: Row) { expectServer(row) }

  static let pseudo = [
    without(":method"), without(":scheme"), without(":path"), without(":authority"),
    request(
      "Host for :authority", get.filter { $0.0 != ":authority" } + [("host", "x")], .accepted, "authority x"),
    request("twice", get + [get[3]]), request("behind a field", [("a", "b")] + get), with(":status", "200"),
    with(":x", "y"), with(":protocol", "websocket"), with(":Path", "/"),
    request("of a response", [(":status", "200")]), request("no fields but one", [("a", "b")]),
    having(":scheme", "https", .accepted), having(":scheme", "HTTP", .accepted), having(":scheme", "ftp"),
    having(":scheme", ""), having(":scheme", "http://x"), having(":scheme", "http\r\n"),
  ]

  @Test("Section 8.3: pseudo-header fields", arguments: pseudo) func pseudoField(row: Row) {
    expectServer(row)
  }

  static let methods = [
    having(":method", ""), having(":method", "G T"), having(":method", "GET /x HTTP/1.1\r\nA:"),
    having(":method", "GET /x"), having(":method", "GET "), having(":method", "PUT\0"),
    having(":method", " GET"),
    having(":method", "GET\n"), having(":method", "G(T)"), having(":method", "G\0T"), having(":method", "é"),
    having(":method", "get", .accepted, "head other get"), having(":method", "PROPFIND", .accepted),
    having(":method", "CONNECT"),
  ]

  @Test("Section 8.3.1: methods", arguments: methods) func method(row: Row) { expectServer(row) }

  static let paths = [
    having(":path", ""), having(":path", "x"), having(":path", "/ HTTP/1.1"), having(":path", "/a b"),
    having(":path", "/\r\nx"), having(":path", "/\n"), having(":path", "/\0"), having(":path", "/#x"),
    having(":path", "http://h/"), having(":path", "*"), having(":path", "/é"), having(":path", "?x"),
    having(":path", "/\u{7f}"), having(":path", "//x", .accepted),
    having(":path", "/?", .accepted, "query  |"),
    having(":path", "/a?b?c", .accepted, "path /a | query b?c"),
    request(
      "OPTIONS *", [(":method", "OPTIONS")] + get[1...2] + [(":path", "*")], .accepted, "asterisk path *"),
  ]

  @Test("Section 8.3.1: paths", arguments: paths) func path(row: Row) { expectServer(row) }

  static let authorities = [
    having(":authority", ""), having(":authority", "a b"), having(":authority", "u@h"),
    having(":authority", "h/x"),
    having(":authority", "h:99999"), having(":authority", "h\r\nA: b"), having(":authority", "a,b"),
    having(":authority", "h:8080", .accepted, "authority h:8080"), having(":authority", "[::1]:1", .accepted),
    with("host", "other"), with("host", "H", .accepted), with("host", "h:80"),
    request("Host twice", get.filter { $0.0 != ":authority" } + [("host", "h"), ("host", "h")]),
    request("Host twice beside :authority", get + [("host", "h"), ("host", "h")]),
  ]

  @Test("Section 8.3.1: authorities", arguments: authorities) func authority(row: Row) { expectServer(row) }

  static let expectations = [
    with("expect", "100-Continue", .accepted), with("expect", ""), with("expect", "x"),
    with("expect", "100-continue, x"),
    Row(
      "with a body", [Frame.headers(1, post + [("expect", "100-continue")])], .accepted,
      "persistent | continue"),
  ]

  @Test("RFC 9110, section 10.1.1: expectations", arguments: expectations)
  func expectation(row: Row) { expectServer(row) }

  static let cookies = [
    request(
      "crumbs", get + [("cookie", "a=b"), ("x", "y"), ("cookie", "c=d"), ("cookie", "e")], .accepted,
      "cookie: a=b; c=d; e ("),
    with("cookie", "a=b; c", .accepted, "cookie: a=b; c ("),
  ]

  @Test("Section 8.2.3: cookies", arguments: cookies) func cookie(row: Row) {
    expectServer(row)
  }

  static let lengths = [
    length("matches", ["3"], [Frame.data(1, "ab"), Frame.data(1, "c", ends: true)], .accepted, "1 end"),
    length("matches, with padding", ["1"], [Frame.raw(0, flags: 9, 1, [1, 0x61, 0])], .accepted, "1 end"),
    length("too much", ["1"], [Frame.data(1, "ab")], .stream(.protocolError), "1 malformed"),
    length("too little", ["3"], [Frame.data(1, "ab", ends: true)], .stream(.protocolError), "1 malformed"),
    length(
      "too little, with trailers", ["3"], [Frame.data(1, "ab"), Frame.headers(1, [("a", "b")], ends: true)],
      .stream(.protocolError), "1 malformed"),
    length("none", ["3"], [], .stream(.protocolError), "1 malformed", ends: true),
    length("0 and no body", ["0"], [], .accepted, "1 end", ends: true),
    length("0 and an empty body", ["0"], [Frame.data(1, "", ends: true)], .accepted, "1 end"),
    length("not a number", ["x"], [], .stream(.protocolError), "1 malformed"),
    length("signed", ["+1"], [], .stream(.protocolError), "1 malformed"),
    length("negative", ["-1"], [], .stream(.protocolError), "1 malformed"),
    length("empty", [""], [], .stream(.protocolError), "1 malformed"),
    length("a list", ["1, 1"], [], .stream(.protocolError), "1 malformed"),
    length("twice", ["1", "1"], [], .stream(.protocolError), "1 malformed"),
    length("too large", ["99999999999999999999"], [], .stream(.protocolError), "1 malformed"),
  ]

  @Test("Section 8.1.1: content-length", arguments: lengths) func contentLength(row: Row) {
    expectServer(row)
  }

  private static let tunnel = [
    (":method", "CONNECT"), (":protocol", "websocket"), (":scheme", "http"), (":path", "/chat"),
    (":authority", "h"),
  ]

  static let connects = [
    request(
      "plain", [(":method", "CONNECT"), (":authority", "h:1")], .stream(.protocolError),
      "malformed connectRefused"),
    request("plain, with a path", tunnel.filter { $0.0 != ":protocol" }),
    request("plain, without authority", [(":method", "CONNECT")]),
    Row("extended", [Frame.headers(1, tunnel), Frame.data(1, "x")], .accepted, "1 body x"),
    request("extended, without path", tunnel.filter { $0.0 != ":path" }),
    request("extended, without scheme", tunnel.filter { $0.0 != ":scheme" }),
    request("extended, without authority", tunnel.filter { $0.0 != ":authority" }),
  ]

  @Test("Section 8.5 and RFC 8441: CONNECT", arguments: connects) func connect(row: Row) { expectServer(row) }

  @Test func connectWithoutTheSetting() {
    var settings = HTTP2Settings()
    settings.enableConnectProtocol = false
    let row = Row("extended", [Frame.headers(1, Self.tunnel)], .stream(.protocolError), "1 malformed")
    expectServer(row, settings: settings)
  }

  @Test func extendedConnectIsRead() {
    let driver = HTTP2Driver(.server)
    var seen = ""
    driver.acts = { event, _ in
      if case .head(let stream) = event { seen = stream.head.text(of: stream.head.connectProtocol) }
    }
    driver.receive(Frame.start + Frame.headers(1, Self.tunnel))
    #expect(seen == "websocket")
  }
}
