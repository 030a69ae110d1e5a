import HTTP
import HTTPInvariants
import Primitives
import Testing

/// Small DATA frames that come together are one piece for each stream, and everything else is as if they were not.
@Suite struct DataRunTests {
  /// A server that has read `frames`, and the number of pieces in which bodies came.
  private func read(_ frames: [UInt8], _ settings: HTTP2Settings = HTTP2Settings()) -> (HTTP2Driver, Int) {
    var pieces = 0
    let driver = HTTP2Driver(.server, settings: settings)
    driver.acts = { event, _ in if case .body = event { pieces += 1 } }
    driver.receive(Frame.start + frames)
    return (driver, pieces)
  }

  private func opened(_ count: Int, _ fields: [(String, String)] = post) -> [UInt8] {
    (0..<count).flatMap { Frame.headers(UInt32(2 * $0 + 1), fields) }
  }

  @Test func oneStream() {
    let frames =
      opened(1) + (0..<5000).flatMap { _ in Frame.data(1, "12345678") } + Frame.data(1, "end", ends: true)
    let (driver, pieces) = read(frames)
    #expect(driver.error == nil)
    #expect(body(driver, 1) == String(repeating: "12345678", count: 5000) + "end")
    #expect(pieces < 20)
  }

  /// A stream of gRPC's messages, the shortest that there are, is never too much.
  @Test func shortMessages() {
    let (driver, _) = read(opened(1), .budget)
    for count in 0..<200 {
      let message = String(repeating: "m", count: 5 + count % 12)
      driver.receive((0..<100).flatMap { _ in Frame.data(1, message) })
    }
    #expect(driver.error == nil)
    #expect(HTTP2Frames.describe(driver.output).contains { $0.hasPrefix("WINDOW_UPDATE 1") })
  }

  @Test func manyStreamsTakeTurns() {
    let texts = ["first", "second", "third", "a fourth one"]
    var frames = opened(4)
    for turn in 0..<500 { frames += Frame.data(UInt32(2 * (turn % 4) + 1), texts[turn % 4]) }
    let (driver, pieces) = read(frames)
    for (index, text) in texts.enumerated() {
      #expect(body(driver, Int32(2 * index + 1)) == String(repeating: text, count: 125))
    }
    #expect(pieces == 4)
  }

  /// Whatever the numbers of streams have in common, their pieces find each other.
  @Test(arguments: [(64, 2), (100, 256), (100, 1 << 20), (400, 2), (400, 512)])
  func numbers(_ count: Int, _ step: Int) {
    var settings = HTTP2Settings()
    settings.maxConcurrentStreams = count
    let numbers = (0..<count).map { UInt32($0 * step + 1) }
    var frames = numbers.flatMap { Frame.headers($0, post) }
    for turn in 0..<4 { frames += numbers.flatMap { Frame.data($0, "\(turn) of \($0), ") } }
    let (driver, pieces) = read(frames, settings)
    #expect(driver.error == nil)
    #expect(pieces == count)
    for number in numbers {
      #expect(body(driver, Int32(number)) == (0..<4).map { "\($0) of \(number), " }.joined())
    }
  }

  /// A run ends where something else comes; nothing overtakes it.
  @Test func whatComesBetween() {
    let frames =
      opened(2) + Frame.data(1, "hello") + Frame.data(3, "world") + Frame.data(1, ", you") + Frame.ping()
      + Frame.data(3, "world") + Frame.data(3, "again", ends: true) + Frame.data(1, "there")
      + Frame.headers(1, [("x", "y")], ends: true)
    let driver = inPieces(Frame.start + frames, "between") { HTTP2Driver(.server) }
    #expect(
      driver.told[1]?.dropFirst().map { "\($0)".prefix(22) }
        == ["body hello, youthere", "end | x: y (other)"].map { $0.prefix(22) })
    #expect(body(driver, 3) == "worldworldagain")
  }

  private static func repeated(_ count: Int, _ text: String = "12345678", on id: UInt32 = 1) -> [UInt8] {
    (0..<count).flatMap { _ in Frame.data(id, text) }
  }

  /// What is wrong about one of them is wrong at the same place, however the bytes come.
  @Test(arguments: [
    Row(
      "a declared length",
      [
        Frame.headers(1, post + [("content-length", "20")]), repeated(4),
      ], .stream(.protocolError)),
    Row(
      "a declared length that is kept",
      [
        Frame.headers(1, post + [("content-length", "32")]), repeated(3),
        Frame.data(1, "12345678", ends: true),
      ], .accepted, "body 12345678123456781234567812345678"),
    Row(
      "behind the end",
      [
        Frame.headers(1, post, ends: true), repeated(3),
      ], .connection(.streamClosed)),
    Row(
      "on a stream that is idle", [Frame.headers(1, post), repeated(3, on: 5)], .connection(.protocolError)),
    Row("on no stream", [Frame.headers(1, post), repeated(3, on: 0)], .connection(.protocolError)),
    Row(
      "on a stream that was reset",
      [
        Frame.headers(1, post), Frame.headers(3, post), Frame.reset(1, 8), repeated(3) + repeated(3, on: 3),
      ], .connection(.streamClosed)),
    Row("a malformed request", [Frame.headers(1, get + get), repeated(3)], .stream(.protocolError)),
    Row(
      "within a header block",
      [
        Frame.headers(1, post), Frame.headers(3, post, complete: false), repeated(3),
      ], .connection(.protocolError)),
  ]) func theSameHoweverItIsCut(_ row: Row) { expectServer(row) }

  private static func padded(_ text: String, _ padding: Int, on id: UInt32 = 1) -> [UInt8] {
    Frame.raw(0, flags: 8, id, [UInt8(padding)] + Array(text.utf8) + [UInt8](repeating: 0, count: padding))
  }

  /// One frame has room for the padding of many.
  @Test(arguments: [0, 1, 7, 200, 255]) func padding(_ padding: Int) {
    var frames = opened(2)
    for turn in 0..<200 {
      frames += Self.padded("first", padding) + Frame.data(3, "other")
      if turn % 3 == 0 { frames += Frame.data(1, ", unpadded") }
    }
    let driver = inPieces(Frame.start + frames, "padding") { HTTP2Driver(.server) }
    #expect(driver.error == nil)
    let expected = (0..<200).map { $0 % 3 == 0 ? "first, unpadded" : "first" }.joined()
    #expect(body(driver, 1) == expected)
    #expect(body(driver, 3) == String(repeating: "other", count: 200))
    let (_, pieces) = read(frames)
    #expect(pieces < 4 * (200 * (padding + 1) / 256 + 1))
  }

  /// Padding fills windows, and they are given back with it.
  @Test(arguments: [11, 12]) func paddingFillsWindows(_ count: Int) {
    var settings = HTTP2Settings()
    settings.initialStreamWindow = 110
    let bytes =
      Frame.start + Frame.settingsAck + opened(1) + (0..<count).flatMap { _ in Self.padded("123456", 3) }
    let driver = inPieces(bytes, "\(count) padded frames") {
      let driver = HTTP2Driver(.server, settings: settings)
      driver.consumes = false
      return driver
    }
    #expect(outcome(driver) == (count == 11 ? .accepted : .connection(.flowControlError)))
    let reader = HTTP2Driver(.server, settings: settings)
    reader.receive(Frame.start + Frame.settingsAck + opened(1))
    for _ in 0..<1000 { reader.receive(Self.padded("123456", 3) + Self.padded("123456", 3)) }
    #expect(reader.error == nil)
  }

  @Test(arguments: [
    Row(
      "more padding than there is",
      [Frame.headers(1, post), padded("one", 2), Frame.raw(0, flags: 8, 1, [4, 120, 120, 120])],
      .connection(.protocolError)),
    Row(
      "a declared length",
      [
        Frame.headers(1, post + [("content-length", "8")]), padded("one", 2), padded("two", 9),
        padded("345", 0),
      ],
      .stream(.protocolError)),
    Row(
      "a declared length that is kept",
      [
        Frame.headers(1, post + [("content-length", "9")]), padded("one", 2), padded("two", 9),
        Frame.data(1, "345", ends: true),
      ], .accepted, "body onetwo345"),
  ]) func paddingIsTheSameHoweverItIsCut(_ row: Row) { expectServer(row) }

  @Test func windows() {
    var settings = HTTP2Settings()
    settings.initialStreamWindow = 100
    for count in [12, 13] {
      let bytes = Frame.start + Frame.settingsAck + opened(1) + Self.repeated(count)
      let driver = inPieces(bytes, "\(count) frames") {
        let driver = HTTP2Driver(.server, settings: settings)
        driver.consumes = false
        return driver
      }
      #expect(outcome(driver) == (count == 12 ? .accepted : .connection(.flowControlError)))
    }
  }

  /// What is on its way to a stream that we have reset.
  @Test func streamsThatWereReset() {
    let driver = HTTP2Driver(.server)
    driver.acts = { event, session in if case .head(let stream) = event { session.reset(stream, .cancel) } }
    driver.receive(Frame.start + opened(2))
    driver.receive((0..<5000).flatMap { Frame.data($0 % 2 * 2 + 1, "12345678") } + Frame.ping())
    #expect(driver.error == nil)
    // Their window is given back all the same.
    #expect(HTTP2Frames.describe(driver.output).contains { $0.hasPrefix("WINDOW_UPDATE 0") })
  }

  /// Frames that cannot be put together, and are next to nothing, count.
  @Test(arguments: [
    FloodTests.Flood("ends of a stream that was reset", .tinyFrameFlood) { _ in
      Frame.data(3, "12345678", ends: true)
    }
  ]) func whatCannotBePutTogetherCounts(_ flood: FloodTests.Flood) {
    let driver = HTTP2Driver(.server, settings: .budget)
    driver.acts = { event, session in
      if case .head(let stream) = event, stream.id > 1 { session.reset(stream, .cancel) }
    }
    driver.receive(Frame.start + opened(70))
    driver.receive((70..<130).flatMap { Frame.headers(UInt32(2 * $0 + 1), post) })
    driver.receive((0..<5000).flatMap { flood.frames(UInt32($0)) })
    #expect(driver.error == flood.error)
  }
}
