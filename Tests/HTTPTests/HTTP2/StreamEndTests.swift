import HTTP
import HTTPInvariants
import Primitives
import Testing

/// An end needs no window (RFC 9113, sections 6.9 and 8.1): it leaves at once, however much was sent before it.
@Suite struct StreamEndTests {
  /// What the peer lets us send, and how much of a body makes use of it to the last byte.
  struct Windows: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let settings: [(UInt16, UInt32)]
    let body: Int

    static let all = [
      Windows(testDescription: "the stream's, from the beginning", settings: [(4, 0)], body: 0),
      Windows(testDescription: "the stream's", settings: [(4, 10)], body: 10),
      Windows(testDescription: "the connection's", settings: [(4, 100_000)], body: 65_535),
      Windows(testDescription: "ends before that", settings: [(4, 100_000)], body: 10),
    ]
  }

  private static func trailers(_ name: StaticString) -> MessageHead {
    var head = MessageHead()
    head.append(name: name, value: "0")
    return head
  }

  /// A server, or a client, whose stream 1 has sent a head and then the body.
  private static func driver(_ role: HTTP2Session.Role, _ windows: Windows) throws -> (
    HTTP2Driver, HTTP2Stream
  ) {
    let driver = HTTP2Driver(role)
    var stream: HTTP2Stream?
    switch role {
    case .server:
      driver.acts = { event, session in
        guard case .head(let begun) = event else { return }
        stream = begun
        var head = MessageHead()
        head.reset(status: 200)
        session.sendHead(head, on: begun)
      }
      driver.receive(
        Frame.preface + Frame.settings(windows.settings) + Frame.headers(1, post))
    case .client:
      stream = start(driver, .post, ends: false)
      driver.receive(Frame.settings(windows.settings))
    }
    let begun = try #require(stream)
    driver.session.send(pattern(windows.body).span, on: begun)
    driver.pull()
    #expect(begun.queued == 0 && Int(begun.framed) == windows.body)
    return (driver, begun)
  }

  @Test(arguments: [HTTP2Session.Role.server, .client], Windows.all)
  func endsAtOnce(_ role: HTTP2Session.Role, _ windows: Windows) throws {
    let (driver, stream) = try Self.driver(role, windows)
    driver.session.sendEnd(on: stream)
    #expect(driver.session.hasOutput)
    #expect(HTTP2Frames.describe(driver.pull()) == ["DATA 1 0 end"])
    #expect(!driver.session.hasOutput)
  }

  @Test(arguments: [HTTP2Session.Role.server, .client], Windows.all)
  func trailersLeaveAtOnce(_ role: HTTP2Session.Role, _ windows: Windows) throws {
    let (driver, stream) = try Self.driver(role, windows)
    driver.session.sendEnd(trailers: Self.trailers("checksum"), on: stream)
    #expect(driver.session.hasOutput)
    #expect(HTTP2Frames.describe(driver.pull()) == ["HEADERS 1 end"])
    #expect(!driver.session.hasOutput)
  }

  /// Trailers of which nothing may be sent are none.
  @Test(arguments: [HTTP2Session.Role.server, .client], Windows.all)
  func forbiddenTrailersAreNone(_ role: HTTP2Session.Role, _ windows: Windows) throws {
    let (driver, stream) = try Self.driver(role, windows)
    driver.session.sendEnd(trailers: Self.trailers("content-length"), on: stream)
    #expect(HTTP2Frames.describe(driver.pull()) == ["DATA 1 0 end"])
  }

  /// Both sides are over: the stream is forgotten, and windows that open later open nothing.
  @Test(arguments: [HTTP2Session.Role.server, .client], Windows.all)
  func theStreamIsOver(_ role: HTTP2Session.Role, _ windows: Windows) throws {
    let (driver, stream) = try Self.driver(role, windows)
    driver.session.sendEnd(on: stream)
    driver.pull()
    #expect(driver.closed.isEmpty)
    let before = driver.output.count
    driver.receive(Frame.windowUpdate(1, 1000) + Frame.windowUpdate(0, 1000) + Frame.settings([(4, 1000)]))
    #expect(HTTP2Frames.describe(Array(driver.output[before...])).filter { $0 != "SETTINGS 0 ack" } == [])
    driver.receive(
      role == .server ? Frame.data(1, "", ends: true) : Frame.headers(1, [(":status", "200")], ends: true))
    #expect(driver.closed == [1] && driver.session.openStreams == 0)
    #expect(driver.error == nil)
  }

  /// The connection's window is there when the end is given, and gone when its turn comes.
  @Test func anotherStreamTakesTheWindow() throws {
    let driver = HTTP2Driver(.server)
    var streams: [HTTP2Stream] = []
    driver.acts = { event, session in
      guard case .head(let begun) = event else { return }
      streams.append(begun)
      var head = MessageHead()
      head.reset(status: 200)
      session.sendHead(head, on: begun)
    }
    let requests = (0..<5).flatMap { Frame.headers(2 * $0 + 1, get, ends: true) }
    driver.receive(Frame.preface + Frame.settings([(4, 100_000)]) + requests)
    for stream in streams.prefix(4) { driver.session.send(pattern(16_384).span, on: stream) }
    driver.session.sendEnd(on: streams[4])
    let frames = HTTP2Frames.describe(driver.pull())
    #expect(frames.last == "DATA 9 0 end")
    #expect(streams.prefix(4).reduce(0) { $0 + $1.framed } == 65_535 && driver.closed == [9])
  }

  /// A reset that was to follow the end does.
  @Test func resetBehindTheEnd() throws {
    let (driver, stream) = try Self.driver(.server, Windows.all[1])
    driver.session.sendEnd(on: stream)
    driver.session.reset(stream, .noError, behindAnswer: true)
    #expect(HTTP2Frames.describe(driver.pull()) == ["DATA 1 0 end", "RST_STREAM 1 0"])
    #expect(driver.closed == [1])
  }

  /// A stream that is over by other means before its end was framed needs none.
  @Test func whatIsResetBeforeHasNoEnd() throws {
    let (driver, stream) = try Self.driver(.server, Windows.all[1])
    driver.session.sendEnd(on: stream)
    driver.session.reset(stream, .cancel)
    #expect(HTTP2Frames.describe(driver.pull()) == ["RST_STREAM 1 8"])
    let (other, ending) = try Self.driver(.server, Windows.all[1])
    other.session.sendEnd(on: ending)
    try other.session.receive(Frame.reset(1, 8).span, now: MonotonicTime(nanoseconds: 1))
    #expect(other.pull() == [])
    #expect(other.closed == [1])
  }

  /// The peer has changed its table's size since our last head, which the next header block has to begin with (RFC 7541,
  /// section 4.2): so the end has one.
  @Test func aTableSizeThatIsStillToBeTold() throws {
    let (driver, stream) = try Self.driver(.server, Windows.all[1])
    driver.receive(Frame.settings([(1, 0)]))
    driver.session.sendEnd(on: stream)
    #expect(driver.pull() == Frame.raw(1, flags: 5, 1, HPACK.tableSize(0)))
  }

  /// The usual answer is as few frames as it can be.
  @Test func anAnswerThatIsWhole() throws {
    let driver = HTTP2Driver(.server)
    driver.acts = { event, session in
      if case .head(let stream) = event { answer(session, stream, pattern(10)) }
    }
    driver.receive(Frame.preface + Frame.settings([(4, 10)]) + Frame.headers(1, get, ends: true))
    #expect(HTTP2Frames.describe(driver.output).suffix(2) == ["HEADERS 1", "DATA 1 10 end"])
    #expect(driver.closed == [1])
  }
}
