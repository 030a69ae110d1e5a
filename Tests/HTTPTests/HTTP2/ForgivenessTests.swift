import HTTP
import HTTPInvariants
import Primitives
import Testing

/// What is forgiven with time, and what is paid for by what a peer takes.
@Suite struct ForgivenessTests {
  /// A connection that has just begun may reset a quarter of the streams that an older one may; pings are cheap.
  @Test(arguments: [(0, 25), (1, 75), (60, 100)]) func fresh(_ age: Int64, _ most: Int) {
    let driver = HTTP2Driver(.server, settings: .budget)
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

    let other = HTTP2Driver(.server, settings: .budget)
    other.receive(Frame.start, now: start)
    other.receive((0..<95).flatMap { _ in Frame.ping() }, now: now)
    #expect(other.error == nil)
  }

  /// So many are forgiven a second.
  @Test func forgiven() {
    let driver = HTTP2Driver(.server, settings: .budget)
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
    let pair = Pair(server: .budget)
    pair.settle()
    pair.server.acts = { if case .head(let stream) = $0 { answer($1, stream, pattern(2_000_000)) } }
    _ = start(pair.client)
    pair.settle()
    #expect(pair.isWhole && pair.client.told[1]?.last == "end")

    // One that gives back each frame at once.
    let driver = HTTP2Driver(.server, settings: .budget)
    driver.acts = { if case .head(let stream) = $0 { answer($1, stream, pattern(4_000_000)) } }
    driver.receive(Frame.start + Frame.headers(1, get, ends: true))
    for _ in 0..<240 { driver.receive(Frame.windowUpdate(0, 16384) + Frame.windowUpdate(1, 16384)) }
    #expect(driver.error == nil)
  }

  /// Whoever takes a few bytes at a time pays for each window.
  @Test func bytesAtATime() {
    for window in [1, 2, 100] as [UInt32] {
      let driver = HTTP2Driver(.server, settings: .budget)
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
    let driver = HTTP2Driver(.server, settings: .budget)
    driver.acts = trickle(1)
    driver.receive(Frame.start + Frame.settings([(4, 1)]) + Frame.headers(1, get, ends: true))
    for _ in 0..<300 where driver.error == nil { driver.receive(Frame.windowUpdate(1, 1)) }
    #expect(driver.error == .windowUpdateFlood)
  }

  /// Messages of a few bytes, each answered as gRPC's library in Go does: what has come is given back, and the round trip
  /// measured.
  @Test func smallMessages() {
    let driver = HTTP2Driver(.server, settings: .budget)
    driver.acts = trickle(10)
    driver.receive(Frame.start + Frame.headers(1, get, ends: true))
    for _ in 0..<1000 {
      driver.receive(Frame.windowUpdate(1, 10) + Frame.windowUpdate(0, 10) + Frame.ping())
    }
    #expect(driver.error == nil)
  }

  /// A conversation whose answers come in heaps, so that few frames of ours pay for what they are answered with: with each
  /// message of its own gRPC's library in C gives back what one answer took, of both windows.
  @Test(arguments: [1, 2]) func updatesBesideMessages(_ messages: Int) {
    let driver = conversation(sends: 16 << 10)
    for _ in 0..<1000 {
      driver.receive(
        Frame.windowUpdate(1, 25) + Frame.windowUpdate(0, 25)
          + (0..<messages).flatMap { _ in Frame.data(1, count: 25) })
    }
    #expect(driver.error == nil)
  }

  /// A client that sends messages on stream 1, and has been sent so many octets.
  private func conversation(sends count: Int) -> HTTP2Driver {
    let driver = HTTP2Driver(.server, settings: .budget)
    driver.acts = { event, session in
      if case .head(let stream) = event, stream.id == 3 {
        answer(session, stream, status: 200, pattern(count))
      }
    }
    driver.receive(Frame.start + Frame.headers(1, post) + Frame.headers(3, get, ends: true))
    return driver
  }

  /// Messages do not pay for more updates than that, nor for updates of what nobody was sent.
  @Test(arguments: [(3, 16 << 10), (1, 100)])
  func messagesDoNotPayForAll(_ updates: Int, _ sent: Int) {
    let driver = conversation(sends: sent)
    let frames = (0..<updates).flatMap { _ in Frame.windowUpdate(0, 1) } + Frame.data(1, count: 25)
    for _ in 0..<1000 where driver.error == nil { driver.receive(frames) }
    #expect(driver.error == .windowUpdateFlood)
  }

  @Test func messagesDoNotPayForADribble() {
    let driver = HTTP2Driver(.server, settings: .budget)
    driver.acts = trickle(1)
    driver.receive(
      Frame.start + Frame.settings([(4, 1)]) + Frame.headers(3, post) + Frame.headers(5, get, ends: true))
    for _ in 0..<1000 where driver.error == nil {
      driver.receive(Frame.windowUpdate(5, 1) + Frame.data(3, count: 25))
    }
    #expect(driver.error == .windowUpdateFlood)
  }

  /// Frames of a few bytes are no flood: an application may send word by word.
  @Test(arguments: [[1], [4], [1, 1, 1], [5], [16_384, 3], [1000, 1, 1, 1]]) func smallFramesAmongOthers(
    _ counts: [Int]
  ) {
    let driver = HTTP2Driver(.server, settings: .budget)
    driver.receive(Frame.start + Frame.headers(1, post))
    for _ in 0..<5000 { driver.receive(counts.flatMap { Frame.data(1, count: $0) }) }
    #expect(driver.error == nil)
  }

  /// Answers of 40 bytes, in turn with what they are to pay for.
  private func answered(isOwn: Bool, _ follow: (UInt32) -> [UInt8]) -> HTTP2ConnectionError? {
    let driver = HTTP2Driver(.server, settings: .budget)
    driver.acts = { event, session in
      guard case .head(let stream) = event, stream.id % 8 == 1 else { return }
      stream.isOwnAnswer = isOwn
      answer(session, stream, status: 404, pattern(40))
    }
    driver.receive(Frame.start)
    for id in stride(from: UInt32(1), to: 2_401, by: 8) where driver.error == nil {
      driver.receive(Frame.headers(id, get, ends: true))
      driver.receive(follow(id))
    }
    return driver.error
  }

  /// An answer of an endpoint's pays for a reset: a connection of many clients, half of whom give up. Not for two, and one
  /// of our own for nothing.
  @Test func answersBuyResets() {
    func resets(_ count: UInt32) -> (UInt32) -> [UInt8] {
      { id in (1...count).flatMap { Frame.headers(id + 2 * $0, post) + Frame.reset(id + 2 * $0, 8) } }
    }
    #expect(answered(isOwn: false, resets(1)) == nil)
    #expect(answered(isOwn: false, resets(2)) == .resetFlood)
    #expect(answered(isOwn: true, resets(1)) == .resetFlood)
    #expect(answered(isOwn: false) { _ in Frame.ping() } == nil)
    #expect(answered(isOwn: true) { _ in Frame.ping() } == .pingFlood)
  }

  /// An endpoint answers requests by resets as it likes; answers that are complete pay for malformed ones.
  @Test func endpointsMayReset() {
    for isMalformed in [false, true] {
      let driver = HTTP2Driver(.client, settings: .budget)
      driver.receive(Frame.settings([(3, 1000)]))
      for index in 0..<600 as Range<UInt32> {
        let id = 2 * index + 1
        _ = start(driver)
        let ends = index % 3 > 0
        driver.receive(
          ends
            ? Frame.headers(id, [(":status", "200")], ends: true)
            : isMalformed ? Frame.headers(id, [(":status", "x")], ends: true) : Frame.reset(id, 8))
      }
      #expect(driver.error == nil, "\(isMalformed)")
    }
  }

  /// Whoever reads the error learns what has ended the connection, and not what there was much of and was forgiven.
  @Test func whatRanOutIsNamed() {
    let driver = HTTP2Driver(.server, settings: .budget)
    let start = MonotonicTime(nanoseconds: 1_000_000_000_000)
    driver.receive(Frame.start, now: start)
    for second in 1...20 as ClosedRange<Int64> {
      driver.receive((0..<49).flatMap { _ in Frame.ping() }, now: start + .seconds(second))
    }
    let resets = (0..<110 as Range<UInt32>).flatMap {
      Frame.headers(2 * $0 + 1, get, ends: true) + Frame.reset(2 * $0 + 1, 8)
    }
    driver.receive(resets, now: start + .seconds(30))
    #expect(driver.error == .resetFlood)
  }

  /// Much that was taken pays for resets: four for a frame of 16 KiB.
  @Test func largeAnswersBuyResets() {
    let driver = HTTP2Driver(.server, settings: .budget)
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
}
