import HTTP
import HTTPInvariants
import Primitives
import Testing

/// Both roles, each fed with what the other writes.
@Suite struct BackToBackTests {
  @Test func manyStreams() {
    for seed in 0..<8 {
      let pair = Pair()
      var random = Random(seed: UInt64(seed))
      if seed > 0 { pair.nextSize = { 1 + random.next(below: 200) } }
      pair.server.acts = { if case .end(let stream) = $0 { answer($1, stream, pattern(Int(stream.id) * 3)) } }
      pair.settle()
      for _ in 0..<100 { #expect(start(pair.client) != nil) }
      pair.settle()
      #expect(pair.isWhole)
      #expect(pair.client.closed.count == 100 && pair.server.closed.count == 100)
      for id in stride(from: 1, to: 200, by: 2) {
        #expect(body(pair.client, Int32(id)) == String(decoding: pattern(id * 3), as: UTF8.self))
        #expect(pair.client.told[Int32(id)]?.last == "end")
      }
      #expect(pair.client.session.openStreams == 0 && pair.server.session.openStreams == 0)
    }
  }

  /// A body many times the windows, both ways.
  @Test(arguments: [1, 1000, 16_384, 65_535]) func bigBodies(window: Int) {
    var settings = HTTP2Settings()
    settings.initialStreamWindow = window
    settings.initialConnectionWindow = 65_535
    let size = window == 1 ? 500 : 150_000
    let pair = Pair(client: settings, server: settings)
    var uploaded = [UInt8]()
    pair.server.acts = { event, session in
      if case .end(let stream) = event { answer(session, stream, pattern(size), trailers: true) }
    }
    pair.settle()
    let stream = start(pair.client, .post, ends: false)!
    uploaded = pattern(size)
    pair.client.session.send(uploaded.span, on: stream)
    pair.client.session.sendEnd(on: stream)
    pair.settle()
    #expect(pair.isWhole)
    #expect(body(pair.server, 1) == String(decoding: uploaded, as: UTF8.self))
    #expect(body(pair.client, 1) == String(decoding: uploaded, as: UTF8.self))
    #expect(pair.client.told[1]?.last == "end | grpc-status: 0 (grpcStatus)")
    #expect(pair.client.writable == [1])
  }

  @Test func trailersBothWays() {
    let pair = Pair()
    pair.server.acts = {
      if case .end(let stream) = $0 { answer($1, stream, Array("abc".utf8), trailers: true) }
    }
    let stream = start(pair.client, .post, ends: false)!
    var trailers = MessageHead()
    trailers.append(name: "Checksum", value: "1")
    pair.client.session.sendEnd(trailers: trailers, on: stream)
    pair.settle()
    #expect(pair.server.told[1]?.last == "end | checksum: 1 (other)")
    #expect(pair.client.told[1]?.last == "end | grpc-status: 0 (grpcStatus)")
    #expect(pair.isWhole)
  }

  @Test func informationalAndTrailersOnly() {
    let pair = Pair()
    pair.server.acts = { event, session in
      guard case .head(let stream) = event else { return }
      var hints = MessageHead()
      hints.reset(status: 103)
      hints.append(name: "link", value: "x")
      session.sendHead(hints, on: stream, ends: false)
      session.sendHead(hints, on: stream, ends: false)
      answer(session, stream)
    }
    _ = start(pair.client)
    pair.settle()
    #expect(
      pair.client.told[1]?.map { String($0.prefix(17)) }.prefix(3) == [
        "informational 103", "informational 103", "head 200  | http2",
      ])
    #expect(pair.client.told[1]?.last == "end")
    #expect(pair.client.closed == [1] && pair.server.closed == [1])
  }

  @Test func headAndNoContent() {
    let pair = Pair()
    pair.server.acts = { event, session in
      guard case .head(let stream) = event else { return }
      var head = MessageHead()
      head.reset(status: stream.head.method == .head ? 200 : 204)
      head.declaredLength = stream.head.method == .head ? 7 : nil
      session.sendHead(head, on: stream, ends: true)
    }
    _ = start(pair.client, .head)
    _ = start(pair.client)
    pair.settle()
    #expect(pair.client.told[1]?.first?.contains("declared 7") == true)
    #expect(pair.client.told[3]?.first?.hasPrefix("head 204") == true)
    #expect(pair.isWhole && pair.client.closed == [1, 3])
  }

  @Test func resetsBothWays() {
    let pair = Pair()
    pair.server.acts = {
      if case .head(let stream) = $0, stream.id == 3 { $1.reset(stream, .enhanceYourCalm) }
    }
    let first = start(pair.client, .post, ends: false)!
    _ = start(pair.client)
    pair.settle()
    #expect(pair.client.told[3] == ["reset enhanceYourCalm"])
    #expect(pair.server.told[3]?.count == 1)
    pair.client.session.send(pattern(10).span, on: first)
    pair.client.session.reset(first, .cancel)
    pair.settle()
    #expect(pair.server.told[1]?.last == "reset cancel")
    #expect(pair.client.told[1] == nil)
    #expect(Set(pair.client.closed) == [1, 3] && Set(pair.server.closed) == [1, 3])
    #expect(pair.isWhole)
  }

  /// A stream whose bytes nobody takes holds its window and no more, and keeps no other waiting.
  @Test func stalledStream() {
    var settings = HTTP2Settings()
    settings.initialStreamWindow = 1000
    let pair = Pair(server: settings)
    pair.settle()
    var held: HTTP2Stream?
    pair.server.consumes = false
    pair.server.acts = { event, session in
      if case .head(let stream) = event, stream.id == 1 { held = stream }
      if case .body(let stream, let range) = event, stream.id != 1 {
        session.consume(range.count, on: stream)
      }
      if case .end(let stream) = event, stream.id != 1 { answer(session, stream) }
    }
    let stalled = start(pair.client, .post, ends: false)!
    pair.client.session.send(pattern(5000).span, on: stalled)
    pair.settle()
    #expect(held?.unconsumed == 1000 && stalled.queued == 4000 && stalled.framed == 1000)
    #expect(pair.client.session.sendWindow(of: stalled) == -4000)
    let other = start(pair.client, .post, ends: false)!
    pair.client.session.send(pattern(50_000).span, on: other)
    pair.client.session.sendEnd(on: other)
    pair.settle()
    #expect(pair.client.told[3]?.last == "end")
    for _ in 0..<10 {
      if let held { pair.server.session.consume(held.unconsumed, on: held) }
      pair.settle()
    }
    #expect(stalled.queued == 0 && body(pair.server, 1).utf8.count == 5000)
  }

  /// Bytes of streams that ended while nobody took them are the connection's again.
  @Test func resetGivesTheConnectionItsWindowBack() {
    var settings = HTTP2Settings()
    settings.initialStreamWindow = 60_000
    settings.initialConnectionWindow = 65_535
    let pair = Pair(server: settings)
    pair.settle()
    pair.server.consumes = false
    for _ in 0..<20 {
      let stream = start(pair.client, .post, ends: false)!
      pair.client.session.send(pattern(60_000).span, on: stream)
      pair.settle()
      #expect(stream.queued == 0, "\(stream.id)")
      pair.client.session.reset(stream, .cancel)
      pair.settle()
    }
    #expect(pair.isWhole && pair.server.closed.count == 20)
  }

  /// A server's connection serves many clients: what one does not take leaves the window to the others.
  @Test func answersThatNobodyTakesHoldTheirStreamsOnly() {
    var settings = HTTP2Settings()
    settings.initialStreamWindow = 50_000
    settings.initialConnectionWindow = 65_535
    let pair = Pair(client: settings)
    pair.client.consumes = false
    pair.server.acts = { event, session in
      if case .head(let stream) = event { answer(session, stream, pattern(stream.id == 1 ? 50_001 : 50_000)) }
    }
    let held = start(pair.client)!
    for _ in 0..<20 { _ = start(pair.client) }
    pair.settle()
    #expect(held.unconsumed == 50_000 && body(pair.client, 1).utf8.count == 50_000)
    for id: Int32 in stride(from: 3, through: 41, by: 2) { #expect(pair.client.told[id]?.last == "end") }
    pair.client.session.consume(1, on: held)
    pair.client.session.consume(held.unconsumed, on: held)
    pair.settle()
    #expect(pair.client.told[1]?.last == "end" && pair.isWhole)
  }

  /// What streams are given between two pulls has to go through the connection's window together; a little of it is there
  /// for each of them.
  @Test func streamsDoNotGetTheConnectionsWindowEach() {
    var settings = HTTP2Settings()
    settings.initialConnectionWindow = 65_535
    let pair = Pair(server: settings)
    pair.settle()
    let streams = (0..<3).compactMap { _ in start(pair.client, .post, ends: false) }
    let session = pair.client.session
    session.send(pattern(60_000).span, on: streams[0])
    #expect(session.sendWindow(of: streams[0]) == 5535)
    #expect(session.sendWindow(of: streams[1]) == 5535)
    session.send(pattern(5000).span, on: streams[1])
    #expect(session.sendWindow(of: streams[1]) == 535)
    #expect(session.sendWindow(of: streams[2]) == 4096)
    session.send(pattern(4096).span, on: streams[2])
    #expect(session.sendWindow(of: streams[2]) == 0)
    // All of it in frames, as far as the window goes; what does not fit is nobody's turn.
    pair.client.pull()
    #expect(streams.reduce(0) { $0 + Int($1.framed) } == 65_535)
    #expect(streams.reduce(0) { $0 + $1.queued } == 60_000 + 5000 + 4096 - 65_535)
    pair.settle()
    #expect(streams.allSatisfy { $0.queued == 0 })
    for stream in streams { session.sendEnd(on: stream) }
    pair.settle()
    #expect(pair.isWhole && pair.server.closed.isEmpty)
  }

  /// Many answers that nobody takes hold little; who takes what comes gets the whole window soon.
  @Test func anEndpointsStreamBeginsWithASmallWindow() {
    var settings = HTTP2Settings()
    settings.initialStreamWindow = 300_000
    let first = HTTP2Settings.firstStreamWindow
    let pair = Pair(client: settings)
    pair.client.consumes = false
    pair.server.acts = { event, session in
      if case .head(let stream) = event { answer(session, stream, pattern(1_000_000)) }
    }
    let (held, taken) = (start(pair.client)!, start(pair.client)!)
    pair.settle()
    #expect(held.unconsumed == first && taken.unconsumed == first)
    pair.client.session.consume(first, on: taken)
    pair.settle()
    #expect(taken.unconsumed == first)
    pair.client.session.consume(first, on: taken)
    pair.settle()
    // What is given back lies within the new window, and need not be told by itself.
    #expect(taken.unconsumed > 200_000)
    #expect(held.unconsumed == first)
    for _ in 0..<10 {
      pair.client.session.consume(taken.unconsumed, on: taken)
      pair.settle()
    }
    #expect(body(pair.client, 3).utf8.count == 1_000_000)
    #expect(pair.client.told[3]?.last == "end")
    #expect(pair.isWhole)
  }

  /// Streams that were spare all the time are let go; a few stay, and so do those that are used now and then.
  @Test func thePoolShrinks() {
    let pool = HTTP2StreamPool()
    func use(_ count: Int) {
      let session = HTTP2Session(role: .client, settings: HTTP2Settings(), limits: HTTPLimits(), pool: pool)
      var head = MessageHead()
      read("GET / HTTP/1.1\r\nHost: h\r\n\r\n", into: &head)
      for _ in 0..<count { _ = session.startRequest(head, ends: true) }
      #expect(session.openStreams == count)
    }
    // A client may begin 100 until it is told otherwise.
    use(100)
    #expect(pool.isLarge)
    // They were needed since the last time.
    _ = pool.shrink()
    #expect(pool.isLarge)
    use(90)
    _ = pool.shrink()
    #expect(pool.isLarge)
    _ = pool.shrink()
    #expect(!pool.isLarge)
  }

  @Test func shutdownInTwoSteps() {
    let pair = Pair()
    var waiting: [HTTP2Stream] = []
    pair.server.acts = { event, _ in if case .head(let stream) = event { waiting.append(stream) } }
    pair.settle()
    _ = start(pair.client)
    pair.settle()
    pair.server.session.announceShutdown()
    // On its way while the client learns it.
    _ = start(pair.client)
    pair.settle()
    #expect(pair.client.told[0]?.contains("goaway 2147483647 noError") == true)
    #expect(!pair.client.session.canStartRequest && waiting.count == 2)
    pair.server.session.shutDown()
    pair.settle()
    #expect(pair.client.told[0]?.last == "goaway 3 noError")
    #expect(!pair.server.session.isFinished)
    for stream in waiting { answer(pair.server.session, stream, pattern(3)) }
    pair.settle()
    #expect(pair.client.told[1]?.last == "end" && pair.client.told[3]?.last == "end")
    #expect(pair.server.session.isFinished && pair.client.session.isFinished && pair.isWhole)
  }

  @Test func abortEndsAll() {
    let pair = Pair()
    pair.settle()
    _ = start(pair.client)
    pair.settle()
    pair.server.session.end(.slowHeaderBlock)
    pair.settle()
    #expect(pair.client.told[0]?.last == "goaway 1 enhanceYourCalm")
    #expect(pair.server.session.isFinished)
  }

  @Test func extendedConnect() throws {
    let pair = Pair()
    pair.settle()
    #expect(pair.client.session.enablesConnectProtocol)
    pair.server.acts = { event, session in
      guard case .head(let stream) = event else { return }
      var head = MessageHead()
      head.reset(status: 200)
      session.sendHead(head, on: stream, ends: false)
    }
    var head = MessageHead()
    head.arena.append("websocket/chat")
    head.method = .connect
    head.connectProtocol = ByteRange(0, 9)
    head.path = ByteRange(9, 14)
    head.append(.host, "h")
    let stream = try #require(pair.client.session.startRequest(head, ends: false).wrappedValue)
    pair.settle()
    pair.client.session.send(pattern(5).span, on: stream)
    pair.settle()
    #expect(body(pair.server, 1) == "abcde" && pair.client.told[1]?.first?.hasPrefix("head 200") == true)
    pair.client.session.sendEnd(on: stream)
    pair.settle()
    #expect(pair.server.told[1]?.last == "end" && pair.isWhole)
  }

  @Test func pings() {
    let pair = Pair()
    pair.client.session.ping()
    pair.server.session.ping()
    pair.settle()
    #expect(pair.client.told[0]?.contains("pong") == true && pair.server.told[0]?.contains("pong") == true)
  }

  /// Bytes in pieces of any size, as long as the peer takes them: `pull` writes no more than asked for, and a frame.
  @Test func output() {
    let pair = Pair()
    pair.settle()
    let stream = start(pair.client, .post, ends: false)!
    pair.client.session.send(pattern(200_000).span, on: stream)
    var buffer = ByteBuffer()
    pair.client.session.pull(into: &buffer, limit: 1000)
    #expect(buffer.count > 1000 && buffer.count < 1000 + 16_384 + 100)
    #expect(pair.client.session.hasOutput)
  }
}
