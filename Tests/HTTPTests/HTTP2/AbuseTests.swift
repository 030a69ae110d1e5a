import HTTP
import HTTPInvariants
import Primitives
import Testing

/// Peers that make us work for nothing: the connection ends, at a known price.
@Suite struct AbuseTests {
  private static let budget: HTTP2Settings = {
    var settings = HTTP2Settings()
    settings.glitchBurst = 100
    settings.maxQueuedFrames = 1_000_000
    return settings
  }()

  /// Each is sent over and over: a frame or two, made for the turn.
  struct Flood: CustomTestStringConvertible, Sendable {
    let name: String
    let error: HTTP2ConnectionError
    let frames: @Sendable (UInt32) -> [UInt8]
    var testDescription: String { name }

    init(
      _ name: String, _ error: HTTP2ConnectionError, frames: @escaping @Sendable (UInt32) -> [UInt8]
    ) {
      self.name = name
      self.error = error
      self.frames = frames
    }
  }

  static let floods = [
    Flood("rapid reset", .resetFlood) {
      Frame.headers($0 * 2 + 1, get, ends: true) + Frame.reset($0 * 2 + 1, 8)
    },
    Flood("resets that we are made to send: windows", .forcedResetFlood) {
      Frame.headers($0 * 2 + 1, get, ends: true) + Frame.windowUpdate($0 * 2 + 1, 0x7fff_ffff)
    },
    Flood("resets that we are made to send: malformed", .malformedFlood) {
      Frame.headers($0 * 2 + 1, get + get, ends: true)
    },
    Flood("resets that we are made to send: our own rules", .malformedFlood) {
      Frame.headers($0 * 2 + 1, [(":method", "GET"), (":scheme", "x"), (":path", "/"), (":authority", "h")])
    },
    Flood("resets that we are made to send: lengths", .malformedFlood) {
      Frame.headers($0 * 2 + 1, post + [("content-length", "1")]) + Frame.data($0 * 2 + 1, "", ends: true)
    },
    Flood("header blocks beyond the limits", .headerBomb) {
      Frame.headers($0 * 2 + 1, get + (0..<500).map { _ in ("cookie", "") }, ends: true)
    },
    Flood("CONTINUATION", .resetFlood) {
      Frame.headers($0 * 2 + 1, get, ends: true, complete: false)
        + Frame.continuation($0 * 2 + 1, [], complete: true)
        + Frame.reset($0 * 2 + 1, 8)
    },
    Flood("SETTINGS", .settingsFlood) { _ in Frame.settings([]) },
    Flood("SETTINGS that flap", .settingsFlood) {
      Frame.settings([(1, $0 % 2 * 4096), (4, 65535 + $0 % 2)])
    },
    Flood("PING", .pingFlood) { _ in Frame.ping() },
    Flood("PRIORITY", .priorityFlood) { Frame.priority($0 * 2 + 1, on: 0) },
    Flood("PRIORITY_UPDATE", .unknownFrameFlood) { _ in Frame.raw(16, 0, Frame.word(1) + [0x75]) },
    Flood("unknown frames", .unknownFrameFlood) { _ in Frame.raw(0xfa, 0) },
    Flood("WINDOW_UPDATE", .windowUpdateFlood) { _ in Frame.windowUpdate(0, 1) },
    Flood("empty DATA", .emptyFrameFlood) { ($0 == 0 ? Frame.headers(1, post) : []) + Frame.data(1, "") },
    Flood("DATA with nothing but padding", .emptyFrameFlood) {
      ($0 == 0 ? Frame.headers(1, post) : []) + Frame.raw(0, flags: 8, 1, [2, 0, 0])
    },
    Flood("WINDOW_UPDATE on a stream", .windowUpdateFlood) {
      ($0 == 0 ? Frame.headers(1, post) : []) + Frame.windowUpdate(1, 1)
    },
    Flood("GOAWAY", .goAwayFlood) { ($0 == 0 ? Frame.headers(1, post) : []) + Frame.goAway(0, 0) },
    Flood("RST_STREAM on a stream that has ended", .closedStreamFlood) {
      ($0 == 0 ? Frame.headers(1, post) + Frame.reset(1, 8) : []) + Frame.reset(1, 8)
    },
  ]

  @Test(arguments: floods) func flood(flood: Flood) {
    for together in [true, false] {
      let driver = HTTP2Driver(.server, settings: Self.budget)
      driver.receive(Frame.start)
      let pieces = (0..<300).map { flood.frames(UInt32($0)) }
      for piece in together ? [pieces.flatMap { $0 }] : pieces where driver.error == nil {
        driver.receive(piece)
      }
      #expect(driver.error == flood.error, "\(flood.name), together: \(together)")
      #expect(HTTP2Frames.describe(driver.output).last == "GOAWAY 0 11")
      #expect(HTTP2Frames.debugData(driver.output) == "\(flood.error.text)")
      #expect(driver.session.isFinished)
    }
  }

  static let endpointFloods: [Flood] =
    floods.filter {
      ["SETTINGS", "PING", "PRIORITY", "unknown frames", "WINDOW_UPDATE"].contains($0.name)
    } + [
      Flood("empty DATA", .emptyFrameFlood) {
        ($0 == 0 ? Frame.headers(1, [(":status", "200")]) : []) + Frame.data(1, "")
      },
      Flood("GOAWAY", .goAwayFlood) { _ in Frame.goAway(0x7fff_ffff, 0) },
      Flood("resets", .closedStreamFlood) { ($0 == 0 ? Frame.reset(1, 8) : []) + Frame.reset(1, 8) },
      Flood("pushes", .forcedResetFlood) {
        Frame.raw(5, flags: 4, 1, Frame.word(2 * $0 + 2) + HPACK.literal(get))
      },
    ]

  @Test("Floods by endpoints", arguments: endpointFloods) func endpointFlood(flood: Flood) {
    let driver = HTTP2Driver(.client, settings: Self.budget)
    _ = start(driver)
    driver.receive(Frame.settings([]) + (0..<300).flatMap { flood.frames(UInt32($0)) })
    #expect(driver.error == flood.error)
    #expect(HTTP2Frames.describe(driver.output).last == "GOAWAY 0 11")
    #expect(HTTP2Frames.debugData(driver.output) == "\(flood.error.text)")
  }

  @Test func wordsDifferAndFit() {
    let words = HTTP2ConnectionError.allCases.map(\.text.description)
    #expect(Set(words).count == words.count)
    for text in words {
      #expect(text.utf8.count < 64 && text.utf8.allSatisfy { $0 >= 32 && $0 < 127 && $0 != 34 })
    }
  }

  /// A connection that has just begun may reset a quarter of the streams that an older one may; pings are cheap.
  @Test(arguments: [(0, 25), (1, 75), (60, 100)]) func fresh(_ age: Int64, _ most: Int) {
    let driver = HTTP2Driver(.server, settings: Self.budget)
    let start = MonotonicTime(nanoseconds: 1_000_000_000_000)
    driver.receive(Frame.start, now: start)
    let now = start + .seconds(age)
    func reset(_ number: Int) -> [UInt8] {
      Frame.headers(UInt32(2 * number + 1), get, ends: true) + Frame.reset(UInt32(2 * number + 1), 8)
    }
    driver.receive((0..<most).flatMap(reset), now: now)
    #expect(driver.error == nil)
    driver.receive(reset(most), now: now)
    #expect(driver.error == .resetFlood)

    let other = HTTP2Driver(.server, settings: Self.budget)
    other.receive(Frame.start, now: start)
    other.receive((0..<95).flatMap { _ in Frame.ping() }, now: now)
    #expect(other.error == nil)
  }

  /// Blocks that nobody reads are paid for by their bytes, since each may stand for a field; those that are read, by their
  /// fields.
  @Test func headersInVain() {
    var settings = Self.budget
    settings.maxConcurrentStreams = 1
    settings.glitchBurst = 4_000
    func blocks(_ block: [UInt8]) -> Int {
      let driver = HTTP2Driver(.server, settings: settings)
      driver.receive(Frame.start + Frame.headers(1, post))
      var count = 0
      while driver.error == nil, count < 1_000 {
        count += 1
        driver.receive(Frame.raw(1, flags: 5, UInt32(2 * count + 1), block))
      }
      return count
    }
    // Index 2 is `:method: GET`.
    #expect(blocks(Array(repeating: 0x82, count: 16_000)) <= 5)
    #expect(blocks(Array(repeating: 0x82, count: 40)) > 100)
  }

  /// So many are forgiven a second.
  @Test func forgiven() {
    let driver = HTTP2Driver(.server, settings: Self.budget)
    driver.receive(Frame.start)
    for second in 1...20 {
      let time = MonotonicTime(nanoseconds: Int64(second) * 1_000_000_000)
      driver.receive((0..<49).flatMap { _ in Frame.ping() }, now: time)
    }
    #expect(driver.error == nil)
  }

  /// Whoever downloads much says so often, and is no enemy: one frame for the stream and one for the connection for
  /// each frame of ours.
  @Test func downloadsAreFree() {
    let pair = Pair(server: Self.budget)
    pair.settle()
    pair.server.acts = { if case .head(let stream) = $0 { answer($1, stream, pattern(2_000_000)) } }
    _ = start(pair.client)
    pair.settle()
    #expect(pair.isWhole && pair.client.told[1]?.last == "end")

    // One that gives back each frame at once.
    let driver = HTTP2Driver(.server, settings: Self.budget)
    driver.acts = { if case .head(let stream) = $0 { answer($1, stream, pattern(4_000_000)) } }
    driver.receive(Frame.start + Frame.headers(1, get, ends: true))
    for _ in 0..<240 { driver.receive(Frame.windowUpdate(0, 16384) + Frame.windowUpdate(1, 16384)) }
    #expect(driver.error == nil)
  }

  /// Whoever takes a few bytes at a time pays for each window.
  @Test func bytesAtATime() {
    for window in [1, 2, 100] as [UInt32] {
      let driver = HTTP2Driver(.server, settings: Self.budget)
      driver.acts = { if case .head(let stream) = $0 { answer($1, stream, pattern(100_000)) } }
      driver.receive(Frame.start + Frame.settings([(4, window)]) + Frame.headers(1, get, ends: true))
      for _ in 0..<300 where driver.error == nil { driver.receive(Frame.windowUpdate(1, window)) }
      #expect(driver.error == .windowUpdateFlood, "\(window)")
    }
  }

  /// Answers each request with a body of so many bytes at a time, without end.
  private func trickle(_ count: Int) -> (HTTP2Event, HTTP2Session) -> Void {
    var head = MessageHead()
    head.reset(status: 200)
    return { event, session in
      switch event {
      case .head(let stream):
        session.sendHead(head, on: stream)
        session.send(pattern(count).span, on: stream)
      case .writable(let stream): session.send(pattern(count).span, on: stream)
      default: break
      }
    }
  }

  /// A body that comes byte by byte fills a window of one byte as one does that is there.
  @Test func bytesAtATimeOfADribble() {
    let driver = HTTP2Driver(.server, settings: Self.budget)
    driver.acts = trickle(1)
    driver.receive(Frame.start + Frame.settings([(4, 1)]) + Frame.headers(1, get, ends: true))
    for _ in 0..<300 where driver.error == nil { driver.receive(Frame.windowUpdate(1, 1)) }
    #expect(driver.error == .windowUpdateFlood)
  }

  /// Messages of a few bytes, each answered as gRPC's library in Go does: what has come is given back, and the round trip
  /// measured.
  @Test func smallMessages() {
    let driver = HTTP2Driver(.server, settings: Self.budget)
    driver.acts = trickle(10)
    driver.receive(Frame.start + Frame.headers(1, get, ends: true))
    for _ in 0..<1000 {
      driver.receive(Frame.windowUpdate(1, 10) + Frame.windowUpdate(0, 10) + Frame.ping())
    }
    #expect(driver.error == nil)
  }

  /// Small answers buy no resets, whoever made them; and those of our own no pings either.
  @Test func smallAnswersBuyNothingDear() {
    for isOwn in [true, false] {
      for isDear in [true, false] {
        let driver = HTTP2Driver(.server, settings: Self.budget)
        driver.acts = { event, session in
          guard case .head(let stream) = event, stream.id % 4 == 1 else { return }
          stream.isOwnAnswer = isOwn
          answer(session, stream, status: 404, pattern(40))
        }
        driver.receive(Frame.start)
        for id in stride(from: UInt32(1), to: 1_201, by: 4) where driver.error == nil {
          driver.receive(Frame.headers(id, get, ends: true))
          driver.receive(
            isDear ? Frame.headers(id + 2, post) + Frame.reset(id + 2, 8) : Frame.ping())
        }
        #expect(driver.error == (isDear ? .resetFlood : isOwn ? .pingFlood : nil))
      }
    }
  }

  /// Much that was taken pays for resets: four for a frame of 16 KiB.
  @Test func largeAnswersBuyResets() {
    let driver = HTTP2Driver(.server, settings: Self.budget)
    driver.acts = { event, session in
      if case .head(let stream) = event, stream.id % 4 == 1 { answer(session, stream, pattern(16_384)) }
    }
    driver.receive(Frame.start + Frame.windowUpdate(0, 1 << 30))
    for id in stride(from: UInt32(1), to: 1_201, by: 4) {
      driver.receive(Frame.headers(id, get, ends: true))
      driver.receive(Frame.headers(id + 2, post) + Frame.reset(id + 2, 8))
    }
    #expect(driver.error == nil)
  }

  // MARK: Header blocks

  @Test func continuations() {
    var settings = HTTP2Settings()
    settings.maxContinuations = 8
    func block(_ count: Int) -> [UInt8] {
      Frame.headers(1, get, ends: true, complete: false)
        + (1..<count).flatMap { _ in Frame.continuation(1, HPACK.literal([("a", "b")]), complete: false) }
        + Frame.continuation(1, [], complete: true)
    }
    expectServer(Row("eight", [block(8)], .accepted, "1 end"), settings: settings)
    expectServer(Row("nine", [block(9)], .connection(.enhanceYourCalm)), settings: settings)
    // Also where nobody reads them.
    let driver = HTTP2Driver(.server, settings: settings)
    driver.receive(Frame.start + Frame.headers(1, post) + Frame.reset(1, 8))
    driver.receive(
      Frame.headers(3, get + get, ends: true, complete: false)
        + (0..<100).flatMap { _ in Frame.continuation(3, [], complete: false) })
    #expect(outcome(driver) == .connection(.enhanceYourCalm))
  }

  private static let limits: HTTPLimits = {
    var limits = HTTPLimits()
    limits.headerBytes = 3000
    limits.headerCount = 20
    limits.trailerBytes = 1000
    limits.trailerCount = 3
    return limits
  }()

  private static func many(_ name: String, _ count: Int, _ size: Int) -> [(String, String)] {
    (0..<count).map { (name == "" ? "a\($0)" : name, String(repeating: "x", count: size)) }
  }

  static let heads = [
    Row(
      "bytes", [Frame.headers(1, get + many("a", 1, 4000), ends: true)], .stream(.protocolError),
      "headersTooLarge"),
    Row(
      "fields", [Frame.headers(1, get + many("", 22, 1), ends: true)], .stream(.protocolError),
      "tooManyHeaders"),
    Row(
      "cookie crumbs", [Frame.headers(1, get + many("cookie", 22, 1), ends: true)], .stream(.protocolError),
      "tooManyHeaders"),
    Row(
      "fields that are dropped", [Frame.headers(1, get + many("x_forwarded_for", 22, 1), ends: true)],
      .stream(.protocolError), "tooManyHeaders"),
    Row("no more than 20", [Frame.headers(1, get + many("", 20, 1), ends: true)], .accepted, "1 end"),
    Row(
      "trailers", [Frame.headers(1, post), Frame.headers(1, many("", 4, 1), ends: true)],
      .stream(.protocolError),
      "tooManyTrailers"),
    Row(
      "trailers' bytes", [Frame.headers(1, post), Frame.headers(1, many("a", 2, 600), ends: true)],
      .stream(.protocolError), "trailersTooLarge"),
    Row("a bomb", [Frame.headers(1, get + many("a", 4, 3900), ends: true)], .connection(.enhanceYourCalm)),
    Row(
      "a bomb of trailers", [Frame.headers(1, post), Frame.headers(1, many("a", 4, 3950), ends: true)],
      .connection(.enhanceYourCalm)),
    Row(
      "a bomb of small fields", [Frame.headers(1, get + many("b", 480, 1), ends: true)],
      .connection(.enhanceYourCalm)),
  ]

  @Test("Header fields", arguments: heads) func head(row: Row) { expectServer(row, limits: Self.limits) }

  /// What a header block costs is paid for, though nothing comes of it: the sooner the more it was.
  @Test func blocksInVain() {
    func blocks(_ settings: HTTP2Settings, _ fields: [(String, String)], acknowledges: Bool = true) -> Int {
      let driver = HTTP2Driver(.server, settings: settings)
      driver.receive(Frame.start + (acknowledges ? Frame.settingsAck : []))
      var count = 0
      while driver.error == nil, count < 2000 {
        driver.receive(Frame.headers(UInt32(count * 2 + 1), fields, ends: true))
        count += 1
      }
      return count
    }
    // Far more fields than the limit allows, again and again.
    let tiny = get + (0..<3000).map { _ in ("a", "") }
    #expect(blocks(HTTP2Settings(), tiny) < 60)
    #expect(blocks(HTTP2Settings(), get + [("a", "b\n")]) > 100)
    // Streams beyond the bound.
    var few = HTTP2Settings()
    few.maxConcurrentStreams = 1
    #expect((200..<300).contains(blocks(few, get, acknowledges: false)))
    #expect(blocks(few, get) < 60)
    #expect(blocks(few, get + [("a", String(repeating: "x", count: 10_000))], acknowledges: false) < 120)
  }

  /// A large field once, and then its index over and over.
  @Test func indexBomb() {
    let indexed = [0x40] + HPACK.literal([("a", String(repeating: "x", count: 4000))]).dropFirst()
    let driver = HTTP2Driver(.server)
    driver.receive(Frame.start)
    driver.receive(Frame.raw(1, flags: 5, 1, HPACK.literal(get) + indexed))
    driver.receive(Frame.raw(1, flags: 5, 3, HPACK.literal(get) + [UInt8](repeating: 0xbe, count: 16000)))
    #expect(driver.error == .headerBomb)
  }

  @Test func heldHeaderBlock() {
    let driver = HTTP2Driver(.server)
    driver.receive(Frame.start)
    #expect(driver.session.openHeaderBlock == nil)
    let block = Frame.headers(1, get, complete: false) + Frame.continuation(1, [], complete: true)
    for byte in block.dropLast() {
      driver.receive([byte])
      #expect(driver.session.openHeaderBlock == 1)
    }
    driver.receive([block.last!])
    #expect(driver.session.openHeaderBlock == nil)
    driver.receive(Frame.data(1, "abc").dropLast())
    #expect(driver.session.openHeaderBlock == nil)
    driver.receive(Array("c".utf8) + Frame.headers(3, get, complete: false))
    #expect(driver.session.openHeaderBlock == 4)
    driver.receive(Frame.continuation(3, [], complete: true) + Frame.headers(5, get).dropLast(3))
    #expect(driver.session.openHeaderBlock == 6)
    #expect(driver.error == nil)
  }

  // MARK: A peer that does not read

  @Test func unreadReplies() {
    var settings = HTTP2Settings()
    settings.glitchBurst = 1_000_000
    settings.maxQueuedFrames = 100
    for frame in [Frame.ping(), Frame.settings([])] {
      let session = HTTP2Session(
        role: .server, settings: settings, limits: HTTPLimits(), pool: HTTP2StreamPool())
      let bytes = Frame.start + (0..<200).flatMap { _ in frame }
      #expect(throws: HTTP2ConnectionError.queuedOutput) {
        try session.receive(bytes.span, now: MonotonicTime(nanoseconds: 1))
      }
    }
  }

  /// Answers to streams that were reset, and resets of ours, wait for a peer that does not read.
  @Test func unreadAnswers() {
    var settings = HTTP2Settings()
    settings.glitchBurst = 1_000_000
    settings.maxQueuedFrames = 100
    settings.maxConcurrentStreams = 10
    let session = HTTP2Session(
      role: .server, settings: settings, limits: HTTPLimits(), pool: HTTP2StreamPool())
    var requests = 0
    var bytes = Frame.start
    while requests < 1000 {
      let id = UInt32(requests * 2 + 1)
      requests += 1
      bytes += Frame.headers(id, get, ends: true)
      do throws(HTTP2ConnectionError) {
        try session.receive(bytes.span, now: MonotonicTime(nanoseconds: 1))
      } catch {
        break
      }
      while let event = session.next() { if case .head(let stream) = event { answer(session, stream) } }
      bytes = Frame.reset(id, 8)
    }
    #expect(requests > 100 && requests < 200)
    #expect(session.failure == .queuedOutput)
  }

  // MARK: Streams beyond the bound

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
