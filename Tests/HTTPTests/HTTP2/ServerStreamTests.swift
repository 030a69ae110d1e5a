import HTTP
import HTTPInvariants
import Testing

/// Streams and their states as a server sees them (RFC 9113, section 5.1).
@Suite struct ServerStreamTests {
  static let states = [
    Row("idle: DATA", [Frame.data(1, "x")], .connection(.protocolError)),
    Row(
      "a stream that only a server opens", [Frame.headers(2, get, ends: true)], .connection(.protocolError)),
    Row(
      "half closed: DATA", [Frame.headers(1, get, ends: true), Frame.data(1, "x")], .connection(.streamClosed)
    ),
    Row(
      "half closed: HEADERS", [Frame.headers(1, get, ends: true), Frame.headers(1, get, ends: true)],
      .connection(.streamClosed)),
    Row(
      "half closed: WINDOW_UPDATE", [Frame.headers(1, get, ends: true), Frame.windowUpdate(1, 10)], .accepted),
    Row(
      "half closed: RST_STREAM", [Frame.headers(1, get, ends: true), Frame.reset(1, 8)], .accepted,
      "1 reset cancel"),
    Row(
      "closed: WINDOW_UPDATE", [Frame.headers(1, post), Frame.reset(1, 8), Frame.windowUpdate(1, 10)],
      .accepted),
    Row("closed: RST_STREAM", [Frame.headers(1, post), Frame.reset(1, 8), Frame.reset(1, 8)], .accepted),
    Row(
      "closed: HEADERS", [Frame.headers(1, post), Frame.reset(1, 8), Frame.headers(1, get, ends: true)],
      .connection(.streamClosed)),
    Row(
      "a lower id", [Frame.headers(3, get, ends: true), Frame.headers(1, get, ends: true)],
      .connection(.protocolError)),
    Row(
      "the same id", [Frame.headers(3, post), Frame.reset(3, 0), Frame.headers(3, post)],
      .connection(.streamClosed)),
    Row(
      "ids with gaps", [Frame.headers(1, get, ends: true), Frame.headers(101, get, ends: true)], .accepted,
      "101 head"),
    Row(
      "trailers", [Frame.headers(1, post), Frame.data(1, "x"), Frame.headers(1, [("a", "b")], ends: true)],
      .accepted,
      "1 end | a: b"),
    Row(
      "trailers without the end", [Frame.headers(1, post), Frame.headers(1, [("a", "b")])],
      .stream(.protocolError)),
    Row(
      "trailers with a pseudo-header field",
      [Frame.headers(1, post), Frame.headers(1, [(":path", "/")], ends: true)], .stream(.protocolError)),
    Row(
      "no trailers but an end", [Frame.headers(1, post), Frame.headers(1, [], ends: true)], .accepted, "1 end"
    ),
    Row(
      "trailers that are forbidden",
      [
        Frame.headers(1, post),
        Frame.headers(1, [("content-type", "x"), ("host", "x"), ("a", "b")], ends: true),
      ],
      .accepted, "1 end | a: b (other)"),
  ]

  @Test("Section 5.1", arguments: states) func state(row: Row) { expectServer(row) }

  /// Frames that were on their way when a stream was reset are no error, whatever they are (section 5.1).
  @Test func framesOnTheirWay() {
    let bytes =
      Frame.start + Frame.headers(1, post) + Frame.data(1, "x") + Frame.windowUpdate(1, 1)
      + Frame.headers(1, [("a", "b")], ends: true) + Frame.headers(3, get, ends: true)
    let driver = inPieces(bytes, "reset") {
      let driver = HTTP2Driver(.server)
      driver.acts = { if case .head(let stream) = $0, stream.id == 1 { $1.reset(stream, .cancel) } }
      return driver
    }
    #expect(driver.error == nil)
    #expect(driver.lines.last == "3 end")
  }

  /// The same where the reset is libnghttp2's own doing.
  @Test func framesOnTheirWayToARefusedMessage() {
    let bytes =
      Frame.start + Frame.headers(1, post + [("Upper", "x")]) + Frame.data(1, "x")
      + Frame.headers(1, [("a", "b")], ends: true) + Frame.headers(3, get, ends: true)
    let driver = inPieces(bytes, "malformed") { HTTP2Driver(.server) }
    #expect(driver.error == nil)
    #expect(
      driver.lines == [
        "settings", "1 malformed uppercaseName", "3 head " + driver.lines[2].dropFirst(7), "3 end",
      ])
    #expect(outcome(driver) == .stream(.protocolError))
  }

  /// The rest of a request that is refused may come in the same read, and with it requests that are taken.
  @Test func framesOnTheirWayToARefusedStream() {
    var settings = HTTP2Settings()
    settings.maxConcurrentStreams = 1
    let refused =
      Frame.headers(3, post) + Frame.data(3, "x") + Frame.windowUpdate(3, 1)
      + Frame.headers(3, [("a", "b")], ends: true)
    let bytes = Frame.start + Frame.headers(1, post) + refused + Frame.reset(1, 8)
    let driver = inPieces(bytes + Frame.headers(5, get, ends: true), "refused") {
      HTTP2Driver(.server, settings: settings)
    }
    #expect(driver.error == nil && outcome(driver, stream: 3) == .stream(.refusedStream))
    #expect(driver.told[3] == nil && driver.told[5]?.last == "end")
  }

  /// What is reset, whoever does it, makes room at once, be the next request in the same read.
  @Test func whatIsResetMakesRoom() {
    var settings = HTTP2Settings()
    settings.maxConcurrentStreams = 1
    let first = [
      Frame.headers(1, get + get, ends: true), Frame.headers(1, post) + Frame.reset(1, 8),
      Frame.headers(1, post) + Frame.windowUpdate(1, 0x7fff_ffff),
    ]
    for frames in first {
      let driver = inPieces(Frame.start + frames + Frame.headers(3, get, ends: true), "room") {
        HTTP2Driver(.server, settings: settings)
      }
      #expect(driver.error == nil && driver.told[3]?.last == "end")
    }
  }

  /// However many streams were reset before, a lower number than an earlier one is an error, and what is on its way to one
  /// of the last of them is none.
  @Test(arguments: [1, 1023, 1024, 3000]) func aLowerIDBehindManyResets(_ count: Int) {
    var settings = HTTP2Settings()
    settings.glitchBurst = 1_000_000
    func driver() -> HTTP2Driver {
      let driver = HTTP2Driver(.server, settings: settings)
      driver.acts = { if case .head(let stream) = $0 { $1.reset(stream, .cancel) } }
      driver.receive(Frame.start)
      for index in 0..<count { driver.receive(Frame.headers(UInt32(4 * index + 5), post)) }
      return driver
    }
    let stale = driver()
    stale.receive(Frame.headers(3, get, ends: true))
    #expect(stale.error == .staleStreamID)
    let late = driver()
    late.receive(Frame.headers(UInt32(4 * count + 1), [("a", "b")], ends: true))
    #expect(late.error == nil)
  }

  /// A head, and the reset that came with it: whoever handles the head can see that it is in vain.
  @Test func resetInTheSameRead() {
    let driver = HTTP2Driver(.server)
    var wasClosed: [Bool] = []
    driver.acts = { event, _ in if case .head(let stream) = event { wasClosed.append(stream.isClosed) } }
    driver.receive(
      Frame.start + Frame.headers(1, get, ends: true) + Frame.reset(1, 8) + Frame.headers(3, get, ends: true))
    #expect(wasClosed == [true, false])
    #expect(driver.closed == [1])
    #expect(driver.session.openStreams == 1)
  }

  @Test func goAwayOfClientsStopsNothing() {
    let driver = HTTP2Driver(.server)
    driver.receive(Frame.start + Frame.headers(1, get, ends: true) + Frame.goAway(0, 0))
    #expect(driver.lines.contains("goaway 0 noError"))
    #expect(!driver.session.isFinished)
    #expect(driver.error == nil)
  }

  @Test func tooManyStreams() {
    var settings = HTTP2Settings()
    settings.maxConcurrentStreams = 3
    func requests(_ ids: [UInt32]) -> [UInt8] { ids.flatMap { Frame.headers($0, get, ends: true) } }
    // A client that does not know yet may try again.
    let early = inPieces(Frame.start + requests([1, 3, 5, 7]), "early") {
      HTTP2Driver(.server, settings: settings)
    }
    #expect(early.error == nil && outcome(early, stream: 7) == .stream(.refusedStream))
    #expect(early.told[7] == nil && early.told[5]?.last == "end")
    // One that knows is broken; but that is its streams' business (RFC 9113, section 5.1.2).
    let late = inPieces(Frame.start + Frame.settingsAck + requests([1, 3, 5, 7]), "late") {
      HTTP2Driver(.server, settings: settings)
    }
    #expect(late.error == nil && outcome(late, stream: 7) == .stream(.refusedStream))
    #expect(late.told[7] == nil)
  }

  /// Padding and bytes of streams that have ended are the connection's, too, and it gets them back.
  @Test func windowsOfWhatNobodyReads() {
    var settings = HTTP2Settings()
    settings.initialConnectionWindow = 65_535
    settings.glitchBurst = 1_000_000
    let driver = HTTP2Driver(.server, settings: settings)
    driver.acts = { if case .head(let stream) = $0, stream.id == 3 { $1.reset(stream, .cancel) } }
    driver.receive(Frame.start + Frame.headers(1, post) + Frame.headers(3, post))
    for _ in 0..<40 {
      driver.receive(Frame.raw(0, flags: 8, 1, [255, 0x78] + [UInt8](repeating: 0, count: 255)))
      driver.receive(Frame.data(3, count: 16384))
    }
    #expect(driver.error == nil)
  }
}
