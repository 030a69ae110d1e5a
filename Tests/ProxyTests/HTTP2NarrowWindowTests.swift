import HTTP
import Primitives
import Telemetry
import Testing

@testable import Proxy

/// A client that asks for much at once and keeps its windows shut has only a few requests under way.
@Suite struct HTTP2NarrowWindowTests {
  private static let answer = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"
  private static let origin = Origin { _ in answer }

  private static func driven(_ settings: String = "timeouts: {request: 10s}") throws -> DrivenProxy {
    try DrivenProxy(to: [origin.port], listener: "http2: {narrowStreams: 3}", settings: settings)
  }

  /// The preface, SETTINGS with a window of so many bytes, and requests on that many streams.
  private static func requests(_ count: UInt8, window: [UInt8]) -> [UInt8] {
    let settings: [UInt8] = [0, 0, 6, 4, 0, 0, 0, 0, 0, 0, 4] + window
    let heads = (0..<count).map { get(2 * $0 + 1) }
    return Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8) + settings + heads.joined()
  }

  private static func get(_ stream: UInt8) -> [UInt8] {
    [0, 0, 6, 1, 5, 0, 0, 0, stream, 0x82, 0x86, 0x84, 0x41, 1, 0x61]
  }

  private static let shut: [UInt8] = [0, 0, 0, 0]
  private static let oneByte: [UInt8] = [0, 0, 0, 1]

  private func begun(_ driven: DrivenProxy) -> UInt64 {
    driven.metrics.services[0][.connectionsCreated]
  }
  private func waiting(_ driven: DrivenProxy) -> Int {
    driven.worker.http2Downstreams.all.first?.line.count ?? -1
  }

  /// The answers to those that are under way have come.
  private func areAnswered(_ driven: DrivenProxy) -> Bool {
    driven.metrics[.upstreamBytesReceived] == 3 * UInt64(Self.answer.utf8.count)
  }

  @Test(arguments: [shut, oneByte]) func fewAreUnderWay(_ window: [UInt8]) throws {
    let driven = try Self.driven()
    let client = try driven.connect()
    try client.send(Self.requests(6, window: window))
    driven.run { areAnswered(driven) }
    #expect(waiting(driven) == 3)
    #expect(begun(driven) == 3)
  }

  /// Some more wait, and the rest is refused before anything is done for it.
  @Test func manyAreRefused() throws {
    let driven = try Self.driven()
    let client = try driven.connect()
    try client.send(Self.requests(20, window: Self.shut))
    driven.run { areAnswered(driven) }
    #expect(waiting(driven) == 3)
    #expect(begun(driven) == 3)
    #expect(driven.metrics[.refusedStreams] == 14)
    #expect(driven.worker.http2Downstreams.all.first?.session.openStreams == 6)
  }

  @Test func ordinaryWindowsHaveNoBound() throws {
    let driven = try Self.driven()
    let client = try driven.connect()
    try client.send(Self.requests(10, window: [0, 0, 0x40, 0]))
    driven.run { driven.finished == 10 }
    #expect(driven.finished == 10)
  }

  /// Whoever opens a stream's window gets its answer, whatever the others do.
  @Test func aWindowThatOpensLetsItsRequestGo() throws {
    let driven = try Self.driven()
    let client = try driven.connect()
    try client.send(Self.requests(6, window: Self.shut))
    driven.run { waiting(driven) == 3 }
    try client.send([0, 0, 4, 8, 0, 0, 0, 0, 11, 0, 0, 0x40, 0])
    driven.run { driven.finished == 1 }
    #expect(driven.finished == 1)
    #expect(waiting(driven) == 2)
  }

  /// A client that takes one answer after the other gets all of them.
  @Test func oneThatEndsMakesRoom() throws {
    let driven = try Self.driven()
    let client = try driven.connect()
    try client.send(Self.requests(6, window: Self.shut))
    for stream in stride(from: UInt8(1), through: 11, by: 2) {
      driven.run { waiting(driven) <= max(0, 3 - Int(stream) / 2) }
      try client.send([0, 0, 4, 8, 0, 0, 0, 0, stream, 0, 0, 0, 5])
      driven.run { driven.finished == UInt64(stream) / 2 + 1 }
    }
    #expect(driven.finished == 6)
    #expect(waiting(driven) == 0)
  }

  /// Those that wait do so within their timeouts, and the client that leaves takes all of them along.
  @Test func waitingHasAnEnd() throws {
    let driven = try Self.driven()
    let client = try driven.connect()
    try client.send(Self.requests(6, window: Self.shut))
    driven.run { areAnswered(driven) }
    driven.pass(.seconds(11))
    #expect(driven.metrics.services[0][.requestTimeout] == 3)
    client.reset()
    driven.run { driven.finished == 6 }
    #expect(driven.finished == 6)
    #expect(begun(driven) == 3)
    #expect(driven.metrics[.requestTimeout] == 3)
    #expect(driven.metrics[.downstreamLeft] == 3)
    #expect(driven.metrics.endpoints.map(\.requests) == [3])
    #expect(driven.metrics.endpoints.map(\.failures) == [0])
  }

  /// It is their client that opens no window: no endpoint has kept them waiting.
  @Test func waitingWithoutAWordIsNoEndpointsFault() throws {
    let driven = try Self.driven("timeouts: {request: 10m, exchangeIdle: 10s}")
    let client = try driven.connect()
    try client.send(Self.requests(6, window: Self.shut))
    driven.run { areAnswered(driven) }
    for _ in 0..<8 { driven.pass(.seconds(6)) }
    #expect(driven.finished == 6)
    #expect(driven.metrics[.idleTimeout] == 3)
    #expect(driven.metrics[.downstreamStalled] == 3)
    #expect(driven.metrics.services[0][.idleTimeout] == 0)
  }

  /// One that was let in by another's end goes on with whatever its window takes.
  @Test func afterItsTurnHasComeAnyWindowWillDo() throws {
    let large = Origin { _ in
      "HTTP/1.1 200 OK\r\nContent-Length: 2000\r\n\r\n" + String(repeating: "x", count: 2000)
    }
    let driven = try DrivenProxy(
      to: [large.port], listener: "http2: {narrowStreams: 1}", settings: "timeouts: {request: 10s}")
    let client = try driven.connect()
    try client.send(Self.requests(2, window: Self.shut))
    driven.run { waiting(driven) == 1 }
    try client.send([0, 0, 4, 3, 0, 0, 0, 0, 1, 0, 0, 0, 8])
    driven.run { begun(driven) == 2 }
    for _ in 0..<20 {
      let before = driven.metrics[.downstreamBytesSent]
      try client.send([0, 0, 4, 8, 0, 0, 0, 0, 3, 0, 0, 0, 100])
      driven.run { driven.metrics[.downstreamBytesSent] >= before + 100 }
    }
    driven.run { driven.finished == 2 }
    #expect(driven.finished == 2)
  }

  /// Its window opens in the same bytes that end the connection, while its endpoint is being connected to.
  @Test func whoseConnectionEndsHasNothingToWaitFor() throws {
    let full = FullListener()
    let driven = try DrivenProxy(to: [full.port], listener: "http2: {narrowStreams: 3}")
    let client = try driven.connect()
    try client.send(Self.requests(4, window: Self.shut))
    driven.run { waiting(driven) == 1 }
    try client.send([0, 0, 4, 3, 0, 0, 0, 0, 1, 0, 0, 0, 8])
    driven.run { waiting(driven) == 0 }
    let wideWindow: [UInt8] = [0, 0, 4, 8, 0, 0, 0, 0, 7, 0, 0, 0xff, 0]
    let shortPing: [UInt8] = [0, 0, 3, 6, 0, 0, 0, 0, 0, 1, 2, 3]
    try client.send(wideWindow + shortPing)
    driven.run { driven.finished == 4 }
    #expect(driven.finished == 4)
  }

  /// An answer of our own ends the wait, and is over when the client has taken it.
  @Test func anAnswerOfOurOwnIsLikeAnyOther() throws {
    let driven = try DrivenProxy(
      to: [Self.origin.port], listener: "http2: {narrowStreams: 3}", settings: "timeouts: {body: 5s}")
    let client = try driven.connect()
    // `content-length: 5`, and not a byte of it.
    let upload: [UInt8] = [0, 0, 10, 1, 4, 0, 0, 0, 7, 0x83, 0x86, 0x84, 0x41, 1, 0x61, 0x0f, 0x0d, 1, 0x35]
    try client.send(Self.requests(3, window: Self.shut) + upload)
    driven.run { waiting(driven) == 1 && areAnswered(driven) }
    driven.pass(.seconds(6))
    driven.run { waiting(driven) == 0 }
    #expect(driven.finished == 0)
    try client.send([0, 0, 4, 8, 0, 0, 0, 0, 7, 0, 0, 0xff, 0])
    driven.run { driven.finished == 1 }
    #expect(driven.finished == 1)
    #expect(begun(driven) == 3)
  }
}
