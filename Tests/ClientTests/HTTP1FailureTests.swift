import Client
import HTTP
import Primitives
import Reactor
import Testing

@testable import HTTPPeers

/// Servers that end too early, answer with nonsense, or not at all.
@Suite struct HTTP1FailureTests {
  enum End: String, CaseIterable { case fin, rst }

  private func fail(after sent: String, _ end: End, _ expected: [ClientFailure]) throws {
    let stage = try ClientStage()
    let noted = stage.start(ClientRequest(.get, "/a"), to: stage.origin())
    let peer = try stage.accept(until: "\r\n\r\n")
    peer.send(sent)
    // What was sent has to be read before a reset throws it away.
    stage.turn(times: 3)
    if end == .fin { peer.cut() } else { peer.reset() }
    stage.finish(noted)
    #expect(noted.failure.map(expected.contains) == true, "\(String(describing: noted.failure))")
    #expect(stage.client.connectionCount == 0)
    #expect(stage.client.callCount == 0)
    #expect(stage.hasNoNewConnection())
    #expect(noted.tooLate == 0)
  }

  @Test(arguments: End.allCases)
  func anEndBeforeTheAnswer(_ end: End) throws {
    try fail(after: "", end, end == .fin ? [.closed] : [.reset])
  }

  @Test(arguments: End.allCases)
  func anEndWithinTheHead(_ end: End) throws {
    try fail(after: "HTTP/1.1 200 OK\r\nConte", end, [.truncated])
  }

  @Test(arguments: End.allCases)
  func anEndWithinABodyOfKnownLength(_ end: End) throws {
    try fail(after: "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhel", end, [.truncated])
  }

  @Test(arguments: End.allCases)
  func anEndWithinChunks(_ end: End) throws {
    try fail(after: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n", end, [.truncated])
  }

  @Test func aResetWithinABodyThatEndsWithTheConnection() throws {
    try fail(after: "HTTP/1.1 200 OK\r\n\r\nhel", .rst, [.truncated])
  }

  @Test(arguments: [
    ("nonsense\r\n\r\n", HTTPError.invalidStatusLine),
    ("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\n", .duplicateContentLength),
    ("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", .unsupportedTransferCoding),
    ("HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n", .unexpectedUpgrade),
    ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n", .invalidChunkSize),
  ])
  func nonsense(_ wire: String, _ error: HTTPError) throws {
    let stage = try ClientStage()
    let noted = stage.start(ClientRequest(.get, "/a"), to: stage.origin())
    let peer = try stage.accept(until: "\r\n\r\n")
    peer.send(wire)
    stage.finish(noted)
    #expect(noted.failure == .malformed(error))
    #expect(
      stage.turn {
        peer.poll(); return peer.isOver
      })
    #expect(stage.client.connectionCount == 0)
  }

  @Test func aBodyThatIsTooLong() throws {
    let stage = try ClientStage()
    var request = ClientRequest(.get, "/a")
    request.bodyLimit = 4
    let noted = stage.start(request, to: stage.origin())
    let peer = try stage.accept(until: "\r\n\r\n")
    peer.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n")
    stage.finish(noted)
    #expect(noted.failure == .bodyTooLong)
    #expect(noted.body.isEmpty)
    #expect(stage.client.connectionCount == 0)
  }

  @Test func nobodyListens() throws {
    let stage = try ClientStage()
    let other = try ClientStage()
    let origin = ClientOrigin(host: "127.0.0.1", port: other.port)
    _ = consume other
    let noted = stage.start(ClientRequest(.get, "/a"), to: origin)
    stage.finish(noted)
    #expect(noted.failure == .connectFailed(111))
    #expect(noted.failure?.description == "connect: Connection refused")
    #expect(stage.client.connectionCount == 0)
  }

  // MARK: Time

  @Test func noHeadInTime() throws {
    let stage = try ClientStage()
    let noted = stage.start(ClientRequest(.get, "/a"), to: stage.origin())
    let peer = try stage.accept(until: "\r\n\r\n")
    peer.send("HTTP/1.1 200 OK\r\n")
    stage.turn(times: 3)
    stage.pass(.milliseconds(9_000))
    #expect(!noted.isOver)
    stage.pass(.milliseconds(1_100))
    #expect(noted.failure == .timedOut(.head))
    #expect(stage.client.connectionCount == 0)
  }

  @Test func theBodyComesToAHalt() throws {
    let stage = try ClientStage()
    let noted = stage.start(ClientRequest(.get, "/a"), to: stage.origin())
    let peer = try stage.accept(until: "\r\n\r\n")
    peer.send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc")
    #expect(stage.turn { noted.text == "abc" })
    stage.pass(.seconds(20))
    peer.send("def")
    #expect(stage.turn { noted.text == "abcdef" })
    stage.pass(.seconds(20))
    #expect(!noted.isOver)
    stage.pass(.milliseconds(10_100))
    #expect(noted.failure == .timedOut(.body))
  }

  @Test func theWholeTakesTooLong() throws {
    let stage = try ClientStage()
    var request = ClientRequest(.get, "/a")
    request.wholeTimeout = .seconds(25)
    let noted = stage.start(request, to: stage.origin())
    let peer = try stage.accept(until: "\r\n\r\n")
    peer.send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc")
    #expect(stage.turn { noted.text == "abc" })
    stage.pass(.seconds(24))
    peer.send("def")
    #expect(stage.turn { noted.text == "abcdef" })
    stage.pass(.milliseconds(1_100))
    #expect(noted.failure == .timedOut(.whole))
  }

  @Test func withoutTimeoutsItWaits() throws {
    let stage = try ClientStage()
    var request = ClientRequest(.get, "/a")
    request.headTimeout = .zero
    request.bodyTimeout = .zero
    request.wholeTimeout = .zero
    let noted = stage.start(request, to: stage.origin())
    let peer = try stage.accept(until: "\r\n\r\n")
    stage.pass(.seconds(100_000))
    peer.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\na")
    #expect(stage.turn { noted.text == "a" })
    stage.pass(.seconds(100_000))
    #expect(!noted.isOver)
    peer.send("b")
    stage.finish(noted)
    #expect(noted.hasEnded)
  }

  // MARK: Cancelling

  @Test func cancelledAtEachStage() throws {
    for stage in 0..<4 { try cancel(at: stage) }
  }

  private func cancel(at place: Int) throws {
    let stage = try ClientStage()
    let noted = stage.start(ClientRequest(.get, "/a"), to: stage.origin())
    if place > 0 {
      let peer = try stage.accept(until: "\r\n\r\n")
      if place > 1 {
        peer.send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n")
        #expect(stage.turn { noted.heads == 1 })
      }
      if place > 2 { noted.onPiece = { $0.call?.cancel() } }
      if place == 3 {
        peer.send("abcdefghi")
        #expect(stage.turn { noted.pieces == 1 })
      } else {
        noted.call?.cancel()
      }
      #expect(
        stage.turn {
          peer.poll(); return peer.isOver
        })
      #expect(stage.client.connectionCount == 0)
    } else {
      noted.call?.cancel()
    }
    stage.turn(times: 5)
    #expect(noted.call?.isOver == true)
    #expect(!noted.isOver)
    #expect(stage.client.callCount == 0)
  }
}
