import HTTP
import HTTPInvariants
import Primitives
import Testing

/// What becomes of messages that break a rule, and of requests beyond a bound, as their owner acts on them.
@Suite struct ServerAnswerTests {
  private let now = MonotonicTime(nanoseconds: 1)
  private static let bad = get + [("a", "b\nc")]

  private func server(_ settings: HTTP2Settings = HTTP2Settings(), _ limits: HTTPLimits = HTTPLimits())
    -> HTTP2Session
  {
    HTTP2Session(role: .server, settings: settings, limits: limits, pool: HTTP2StreamPool())
  }

  private func feed(_ session: HTTP2Session, _ bytes: [UInt8]) throws(HTTP2ConnectionError) {
    try session.receive(bytes.span, now: now)
  }

  private func frames(_ session: HTTP2Session) -> [String] {
    var buffer = ByteBuffer()
    session.pull(into: &buffer, limit: 1 << 20)
    return HTTP2Frames.describe(bytes(buffer)).filter {
      !$0.hasPrefix("SETTINGS") && !$0.hasSuffix("WINDOW_UPDATE 0")
    }
    .filter { !$0.hasPrefix("WINDOW_UPDATE 0") }
  }

  /// Nobody answers: it is reset as soon as the next event is asked for.
  @Test func unansweredIsReset() throws {
    let session = server()
    try feed(session, Frame.start + Frame.headers(1, Self.bad))
    var events = 0
    while let event = session.next() {
      if case .malformed(_, let error) = event { #expect(error == .invalidValue) }
      events += 1
    }
    #expect(events == 2)
    #expect(frames(session) == ["RST_STREAM 1 1"])
    guard case .closed? = session.next() else { return #expect(Bool(false), "not closed") }
    #expect(session.next() == nil && session.openStreams == 0)
  }

  /// An answer goes out whole, and then the stream is reset; what still comes of the request is not told.
  @Test func answeredThenReset() throws {
    let session = server()
    try feed(session, Frame.start + Frame.headers(1, Self.bad))
    while let event = session.next() {
      if case .malformed(let stream, _) = event { answer(session, stream, status: 400, Array("no".utf8)) }
    }
    try feed(session, Frame.data(1, "abc"))
    #expect(session.next() == nil)
    #expect(frames(session) == ["HEADERS 1", "DATA 1 2 end", "RST_STREAM 1 1"])
    guard case .closed? = session.next() else { return #expect(Bool(false), "not closed") }
  }

  /// A request that was whole: its answer ends the stream.
  @Test func answeredWhole() throws {
    let session = server()
    try feed(session, Frame.start + Frame.headers(1, Self.bad, ends: true))
    while let event = session.next() {
      if case .malformed(let stream, _) = event { answer(session, stream, status: 400) }
    }
    #expect(frames(session) == ["HEADERS 1 end"])
  }

  /// A request whose answer was begun cannot be answered again.
  @Test func brokenWhileItIsAnswered() throws {
    let session = server()
    let open = post + [("content-length", "1")]
    try feed(session, Frame.start + Frame.headers(1, open))
    while let event = session.next() {
      guard case .head(let stream) = event else { continue }
      var head = MessageHead()
      head.reset(status: 200)
      session.sendHead(head, on: stream)
    }
    try feed(session, Frame.data(1, "ab"))
    #expect(frames(session) == ["HEADERS 1", "RST_STREAM 1 1"])
  }

  /// A few bytes can stand for much: heads of all open streams together have a bound, too.
  @Test func headsOfAllStreamsAreBounded() throws {
    var settings = HTTP2Settings()
    settings.openHeads = 2
    var limits = HTTPLimits()
    limits.headerBytes = 4000
    let session = server(settings, limits)
    // One field of 3,000 bytes, and then its index: a byte each time.
    let first =
      HPACK.literal(get) + [0x40] + HPACK.literal([("a", String(repeating: "x", count: 3000))]).dropFirst()
    var input = Frame.start + Frame.raw(1, flags: 5, 1, first)
    for id in [3, 5, 7, 9] as [UInt32] { input += Frame.raw(1, flags: 5, id, HPACK.literal(get) + [0xbe]) }
    try feed(session, input)
    var heads: [Int32] = []
    while let event = session.next() { if case .head(let stream) = event { heads.append(stream.id) } }
    #expect(heads == [1, 3])
    #expect(frames(session) == ["RST_STREAM 5 7", "RST_STREAM 7 7", "RST_STREAM 9 7"])
    #expect(session.openStreams == 2)
  }

  /// A large head of a stream that was closed counts no more.
  @Test func headsOfClosedStreamsAreForgotten() throws {
    var settings = HTTP2Settings()
    settings.openHeads = 1
    var limits = HTTPLimits()
    limits.headerBytes = 1000
    let session = server(settings, limits)
    try feed(session, Frame.start)
    for id in stride(from: 1, to: 40, by: 2) as StrideTo<UInt32> {
      let fields = get + [("a", String(repeating: "x", count: 700))]
      try feed(session, Frame.headers(id, fields, ends: true))
      var heads = 0
      while let event = session.next() {
        guard case .head(let stream) = event else { continue }
        heads += 1
        answer(session, stream)
      }
      #expect(heads == 1, "\(id)")
      _ = frames(session)
      while session.next() != nil {}
    }
  }
}
