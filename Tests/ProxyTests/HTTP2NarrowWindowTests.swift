import HTTP
import Primitives
import Telemetry
import Testing

@testable import Proxy

/// A client that asks for much at once and keeps its windows shut has only a few requests under way; the rest is refused
/// before anything is done for it.
@Suite struct HTTP2NarrowWindowTests {
  private static let answer = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"
  private static let origin = Origin { _ in answer }

  private static func driven(_ most: Int = 3, idle: String = "2m") throws -> DrivenProxy {
    try DrivenProxy(
      to: [origin.port], listener: "http2: {narrowStreams: \(most)}",
      settings: "timeouts: {request: 10m, exchangeIdle: \(idle)}")
  }

  /// Requests on the first so many streams.
  private static func requests(_ count: Int, window: UInt32) -> [UInt8] {
    RawHTTP2.opening(window: window) + (0..<count).flatMap { RawHTTP2.get(UInt8(2 * $0 + 1)) }
  }

  private func begun(_ driven: DrivenProxy) -> UInt64 {
    driven.metrics.endpoints.reduce(0) { $0 + $1.requests }
  }

  /// So many requests have been answered by their endpoint.
  private func areAnswered(_ count: Int, _ driven: DrivenProxy) -> Bool {
    driven.metrics[.upstreamBytesReceived] == UInt64(count * Self.answer.utf8.count)
  }

  @Test(arguments: [0, 1, 1023]) func fewAreUnderWay(_ window: UInt32) throws {
    let driven = try Self.driven()
    let client = try driven.connect()
    try client.send(Self.requests(20, window: window))
    driven.run { areAnswered(3, driven) && driven.metrics[.refusedStreams] == 17 }
    #expect(begun(driven) == 3)
    #expect(driven.metrics[.refusedStreams] == 17)
  }

  @Test func ordinaryWindowsHaveNoBound() throws {
    let driven = try Self.driven()
    let client = try driven.connect()
    try client.send(Self.requests(10, window: 1024))
    driven.run { driven.finished == 10 }
    #expect(driven.finished == 10)
    #expect(driven.metrics[.refusedStreams] == 0)
  }

  /// A client that takes one answer after the other gets all that it asks for again.
  @Test func oneThatEndsMakesRoom() throws {
    let driven = try Self.driven()
    let client = try driven.connect()
    try client.send(Self.requests(3, window: 0))
    driven.run { areAnswered(3, driven) }
    for turn in 1...6 {
      try client.send(RawHTTP2.windowUpdate(UInt8(2 * turn - 1), 5))
      driven.run { driven.finished == UInt64(turn) }
      try client.send(RawHTTP2.get(UInt8(2 * turn + 5)))
      driven.run { areAnswered(turn + 3, driven) }
      #expect(driven.finished == UInt64(turn) && begun(driven) == UInt64(turn) + 3)
    }
    #expect(driven.metrics[.refusedStreams] == 0)
  }

  /// However it ends.
  @Test func oneThatIsResetMakesRoom() throws {
    let driven = try Self.driven()
    let client = try driven.connect()
    try client.send(Self.requests(3, window: 0))
    driven.run { areAnswered(3, driven) }
    try client.send(RawHTTP2.reset(3) + RawHTTP2.get(7) + RawHTTP2.get(9))
    driven.run { areAnswered(4, driven) }
    #expect(begun(driven) == 4 && driven.metrics[.refusedStreams] == 1)
  }

  /// It counts until it is taken, like any other.
  @Test func anAnswerOfOurOwnIsLikeAnyOther() throws {
    let driven = try Self.driven(1)
    let client = try driven.connect()
    try client.send(RawHTTP2.opening(window: 0) + RawHTTP2.get(1, host: "unknown") + RawHTTP2.get(3))
    driven.run { driven.metrics[.refusedStreams] == 1 }
    #expect(driven.metrics[.noRoute] == 0 && driven.finished == 0)
    try client.send(RawHTTP2.windowUpdate(1, 0xffff))
    driven.run { driven.finished == 1 }
    #expect(driven.metrics[.noRoute] == 1)
    try client.send(RawHTTP2.get(5))
    driven.run { areAnswered(1, driven) }
    #expect(begun(driven) == 1)
  }

  /// Whoever goes on so loses the connection.
  @Test func thoseWhoTakeNothingAgainAndAgainAreEnded() throws {
    let driven = try Self.driven(idle: "10s")
    let client = try driven.connect()
    try client.send(Self.requests(3, window: 0))
    driven.run { areAnswered(3, driven) }
    for _ in 0..<4 { driven.pass(.seconds(6)) }
    #expect(driven.metrics[.downstreamStalled] == 3)
    #expect(driven.metrics.refused(.heldWindows, upstream: false) == 0)
    try client.send(RawHTTP2.get(7) + RawHTTP2.get(9))
    driven.run { areAnswered(5, driven) }
    for _ in 0..<4 { driven.pass(.seconds(6)) }
    #expect(driven.metrics.refused(.heldWindows, upstream: false) == 1)
    #expect(driven.worker.http2Downstreams.all.allSatisfy { $0.phase == .lingering })
  }

  /// Answers that are taken make up for those that are not.
  @Test func thoseWhoTakeSomeGoOn() throws {
    let driven = try Self.driven(idle: "10s")
    let client = try driven.connect()
    try client.send(RawHTTP2.opening(window: 0))
    for turn in 0..<5 as Range<UInt8> {
      let stream = 4 * turn + 1
      let before = Int(turn) * 2
      try client.send(RawHTTP2.get(stream) + RawHTTP2.get(stream + 2) + RawHTTP2.windowUpdate(stream, 5))
      driven.run { areAnswered(before + 2, driven) && driven.finished == UInt64(before + 1) }
      for _ in 0..<4 { driven.pass(.seconds(6)) }
      #expect(driven.finished == UInt64(before + 2))
    }
    #expect(driven.metrics[.downstreamStalled] == 5)
    #expect(driven.metrics.refused(.heldWindows, upstream: false) == 0)
  }

  /// Those under way end within their timeouts, and so do the connection's others.
  @Test func theirTimeIsBounded() throws {
    let driven = try Self.driven(idle: "10s")
    let client = try driven.connect()
    try client.send(Self.requests(3, window: 0))
    driven.run { areAnswered(3, driven) }
    for _ in 0..<4 { driven.pass(.seconds(6)) }
    #expect(driven.metrics[.downstreamStalled] == 3)
    try client.send(RawHTTP2.get(7))
    driven.run { areAnswered(4, driven) }
    #expect(begun(driven) == 4)
  }
}
