import HTTP
import HTTPInvariants
import Primitives
import Testing

/// What header blocks may cost, be they read or not.
@Suite struct HeaderCostTests {
  /// Blocks that nobody reads are paid for by their bytes, since each may stand for a field; those that are read, by their
  /// fields.
  @Test func headersInVain() {
    var settings = HTTP2Settings.budget
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
}
