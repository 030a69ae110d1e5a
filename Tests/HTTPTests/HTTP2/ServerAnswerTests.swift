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

  private static let large = String(repeating: "x", count: 3000)
  /// A head with one field of 3,000 bytes, which goes into the table; and one that names it five times, in a byte each.
  private static let first = HPACK.literal(get) + [0x40] + HPACK.literal([("a", large)]).dropFirst()
  private static let fivefold = HPACK.literal(get) + [UInt8](repeating: 0xbe, count: 5)

  private static let few: (settings: HTTP2Settings, limits: HTTPLimits) = {
    var settings = HTTP2Settings()
    settings.openHeads = 2
    var limits = HTTPLimits()
    limits.headerBytes = 16_000
    return (settings, limits)
  }()

  /// A few bytes can stand for much: heads of all open streams together have a bound, too.
  @Test func headsOfAllStreamsAreBounded() throws {
    let session = server(Self.few.settings, Self.few.limits)
    var input = Frame.start + Frame.raw(1, flags: 5, 1, Self.first)
    for id in [3, 5, 7, 9] as [UInt32] { input += Frame.raw(1, flags: 5, id, Self.fivefold) }
    try feed(session, input)
    var heads: [Int32] = []
    while let event = session.next() { if case .head(let stream) = event { heads.append(stream.id) } }
    #expect(heads == [1, 3, 5])
    #expect(frames(session) == ["RST_STREAM 7 7", "RST_STREAM 9 7"])
    #expect(session.openStreams == 3)
  }

  /// However large heads are, as long as their bytes were sent, or stand for the table once: a hundred with cookies of some
  /// KiB are usual.
  @Test func ordinaryHeadsAreNotBounded() throws {
    let session = server(Self.few.settings, Self.few.limits)
    let literal = get + [("cookie", String(repeating: "c", count: 8000))]
    try feed(session, Frame.start + Frame.raw(1, flags: 5, 1, Self.first))
    for index in 1..<100 as Range<UInt32> {
      let isIndexed = index % 2 == 0
      try feed(
        session,
        isIndexed
          ? Frame.raw(1, flags: 5, 2 * index + 1, HPACK.literal(get) + [0xbe])
          : Frame.headers(2 * index + 1, literal, ends: true))
    }
    var heads = 0
    while let event = session.next() { if case .head = event { heads += 1 } }
    #expect(heads == 100)
  }

  /// A large head of a stream that was closed counts no more.
  @Test func headsOfClosedStreamsAreForgotten() throws {
    let session = server(Self.few.settings, Self.few.limits)
    try feed(session, Frame.start + Frame.raw(1, flags: 5, 1, Self.first))
    for id in stride(from: 3, to: 40, by: 2) as StrideTo<UInt32> {
      try feed(session, Frame.raw(1, flags: 5, id, Self.fivefold))
      var heads: [Int32] = []
      while let event = session.next() {
        guard case .head(let stream) = event else { continue }
        heads.append(stream.id)
        answer(session, stream)
      }
      #expect(heads.last == Int32(id))
      _ = frames(session)
      while session.next() != nil {}
    }
  }
}
