import HTTP
import Primitives
import Telemetry
import Testing

@testable import Proxy

/// Exchanges in which nothing moves end after `exchangeIdle`, however busy the connection is that they share.
@Suite struct HTTP2StallTests {
  private static let settings = "timeouts: {request: 10m, exchangeIdle: 10s}"

  private static func path(_ path: String) -> String { "GET \(path) HTTP/1.1\r\nHost: a\r\n\r\n" }

  /// An answer that stops in its middle, among others on the endpoint's connection.
  @Test func anAnswerThatStopsEnds() throws {
    let origin = HTTP2Origin { call in
      guard try call.head().startLine.contains("stops") else { return try call.respond(ends: true) }
      try call.respond()
      call.send("part")
    }
    let driven = try DrivenProxy(to: [origin.port], service: "protocol: h2", settings: Self.settings)
    let (stopped, busy) = (try driven.connect(), try driven.connect())
    try stopped.send(Self.path("/stops"))
    driven.run { stopped.readable > 0 }
    for _ in 0..<15 where driven.metrics[.idleTimeout] == 0 {
      driven.pass(.seconds(3))
      try driven.exchange(Self.path("/"), on: busy)
    }
    #expect(driven.metrics[.idleTimeout] == 1)
    #expect(origin.connections == 1)
    #expect(throws: (any Error).self) { try stopped.readMessage() }
  }

  /// A client of HTTP/2 goes on with other requests on its connection meanwhile.
  @Test func anAnswerThatStopsEndsForASharedClientToo() throws {
    let origin = Origin { wire, _ in
      while case let message = try wire.readMessage(), !message.startLine.isEmpty {
        let stops = message.startLine.contains("stops")
        try wire.send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\npart" + (stops ? "" : "ially"))
      }
    }
    let driven = try DrivenProxy(to: [origin.port], settings: Self.settings)
    let client = try driven.connect()
    try client.send(RawHTTP2.opening())
    try client.send(RawHTTP2.get(1, "/stops"))
    driven.run { driven.metrics[.upstreamBytesReceived] > 0 }
    for turn in 1...15 where driven.metrics[.idleTimeout] == 0 {
      driven.pass(.seconds(3))
      let before = driven.finished
      try client.send(RawHTTP2.get(UInt8(2 * turn + 1), "/"))
      driven.run { driven.finished > before }
    }
    #expect(driven.metrics[.idleTimeout] == 1)
  }

  /// A client whose window stays shut is not waited for longer, though all of its answer is here.
  @Test func anAnswerThatNobodyTakesEnds() throws {
    let origin = Origin { _ in "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello" }
    let driven = try DrivenProxy(to: [origin.port], settings: Self.settings)
    let client = try driven.connect()
    try client.send(RawHTTP2.opening(window: 1) + RawHTTP2.get(1, "/"))
    driven.run { driven.metrics[.upstreamBytesReceived] > 0 }
    let session = try #require(driven.worker.http2Downstreams.all.first).session
    #expect(session.openStreams == 1)
    for _ in 0..<4 { driven.pass(.seconds(6)) }
    #expect(driven.finished == 1)
    #expect(session.openStreams == 0)
    #expect(driven.metrics[.downstreamStalled] == 1)
  }

  /// The same while its endpoint has more to give: it was us who ended it, the client is still there.
  @Test func anAnswerThatNobodyTakesEndsInItsMiddle() throws {
    let origin = Origin { wire, _ in
      _ = try wire.readMessage()
      try wire.send("HTTP/1.1 200 OK\r\nContent-Length: 10000000\r\n\r\n")
      try? wire.send([UInt8](repeating: 120, count: 10_000_000))
    }
    let driven = try DrivenProxy(to: [origin.port], settings: Self.settings)
    let client = try driven.connect()
    try client.send(RawHTTP2.opening())
    try client.send(RawHTTP2.get(1, "/"))
    driven.run { driven.metrics[.downstreamBytesSent] > 65_535 }
    for _ in 0..<4 { driven.pass(.seconds(6)) }
    #expect(driven.finished == 1)
    #expect(driven.metrics[.downstreamStalled] == 1)
  }

  /// The reason of an answer of our own stands, though its text was not taken either.
  @Test func anAnswerOfOurOwnKeepsItsReason() throws {
    let driven = try DrivenProxy(to: [9], settings: Self.settings)
    let client = try driven.connect()
    try client.send(RawHTTP2.opening(window: 0) + RawHTTP2.get(1, "/"))
    driven.run { driven.metrics.services[0][.connectRefused] == 1 }
    for _ in 0..<4 { driven.pass(.seconds(6)) }
    #expect(driven.finished == 1)
    #expect(driven.metrics[.connectionRefused] == 1)
    #expect(driven.metrics[.downstreamStalled] == 0)
  }
}
