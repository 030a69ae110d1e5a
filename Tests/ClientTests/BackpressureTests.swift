import Client
import HTTP
import Primitives
import Reactor
import Testing

@testable import HTTPPeers

/// A receiver that is slow holds the server up, and costs no more memory than a read or a window.
@Suite struct BackpressureTests {
  private static let length = 8 << 20

  private static let random: [UInt8] = {
    var random = Random(seed: 3)
    return (0..<length).map { _ in UInt8(truncatingIfNeeded: random.next()) }
  }()
  /// There before a test begins: to make it takes seconds, in which calls would time out.
  private let content = Self.random

  /// Its body may take as long as the machine does.
  private func request() -> ClientRequest {
    var request = ClientRequest(.get, "/large")
    request.wholeTimeout = .zero
    request.bodyLimit = .max
    return request
  }

  /// Takes one piece at a time.
  private func takeSlowly(_ stage: ClientStage, _ noted: NotedResponse, _ work: () -> Void) -> Bool {
    noted.onPiece = { $0.call?.pause() }
    return stage.turn {
      work()
      if noted.call?.isPaused == true {
        let pieces = noted.pieces
        stage.turn(times: 2)
        if noted.pieces != pieces { return true }
        noted.call?.resume()
      }
      return noted.isOver
    }
  }

  @Test(arguments: ["Content-Length: \(length)", "Transfer-Encoding: chunked"])
  func slowlyOverHTTP1(_ framing: String) throws {
    let stage = try ClientStage()
    let noted = stage.start(request(), to: stage.origin())
    let peer = try stage.accept(until: "\r\n\r\n")
    peer.send("HTTP/1.1 200 OK\r\n\(framing)\r\n\r\n")
    if framing.hasPrefix("T") { peer.send("\(String(Self.length, radix: 16))\r\n") }
    peer.send(content)
    if framing.hasPrefix("T") { peer.send("\r\n0\r\n\r\n") }
    #expect(takeSlowly(stage, noted) { peer.poll() })
    #expect(noted.hasEnded)
    #expect(noted.body == content)
    #expect(noted.pieces > 100)
  }

  /// While it is paused nothing is delivered, and the server is stuck.
  @Test func pausedItHoldsTheServerUp() throws {
    let stage = try ClientStage()
    let noted = stage.start(request(), to: stage.origin())
    let peer = try stage.accept(until: "\r\n\r\n")
    noted.call?.pause()
    peer.send("HTTP/1.1 200 OK\r\nContent-Length: \(Self.length)\r\n\r\n")
    peer.send(content)
    #expect(
      stage.turn {
        peer.poll(); return noted.heads == 1
      })
    for _ in 0..<200 {
      stage.turn(times: 1)
      peer.poll()
    }
    #expect(noted.pieces == 0)
    #expect(peer.queued > 0)
    // Nobody is late who is not asked for anything.
    stage.pass(.seconds(50))
    #expect(!noted.isOver)
    noted.call?.resume()
    #expect(
      stage.turn {
        peer.poll(); return noted.isOver
      })
    #expect(noted.body.count == Self.length)
  }

  /// The whole body and its end are there, and wait for the receiver.
  @Test func theEndWaitsToo() throws {
    let stage = try ClientStage()
    let origin = stage.origin()
    let noted = stage.start(request(), to: origin)
    let peer = try stage.accept(until: "\r\n\r\n")
    noted.onPiece = { $0.call?.pause() }
    peer.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n1\r\nb\r\n0\r\n\r\n")
    #expect(stage.turn { noted.pieces == 1 })
    stage.turn(times: 5)
    #expect(noted.text == "a")
    #expect(!noted.isOver)
    noted.call?.resume()
    #expect(stage.turn { noted.pieces == 2 })
    stage.turn(times: 5)
    #expect(!noted.isOver)
    noted.call?.resume()
    stage.finish(noted)
    #expect(noted.text == "ab")
    #expect(stage.client.connectionCount == 1)
  }

  @Test func slowlyOverHTTP2() throws {
    let stage = try ClientStage()
    let noted = stage.start(request(), to: stage.origin(plain: .h2))
    let server = HTTP2Server(try stage.accept())
    #expect(
      stage.turn {
        server.poll(); return server.requests.count == 1
      })
    server.answer(server.requests[0], body: content)
    #expect(takeSlowly(stage, noted) { server.poll() })
    #expect(noted.hasEnded)
    #expect(noted.body == content)
  }

  /// Another stream of the connection goes on meanwhile.
  @Test func aPausedStreamHoldsNoOtherUp() throws {
    let stage = try ClientStage()
    let origin = stage.origin(plain: .h2)
    let paused = stage.start(request(), to: origin)
    let server = HTTP2Server(try stage.accept())
    #expect(
      stage.turn {
        server.poll(); return server.requests.count == 1
      })
    paused.call?.pause()
    server.answer(server.requests[0], body: content)
    for _ in 0..<200 {
      stage.turn(times: 1)
      server.poll()
    }
    #expect(paused.pieces == 0)
    // What came is no more than the stream's first window.
    #expect(server.requests[0].framed == HTTP2Settings.firstStreamWindow && server.closed.isEmpty)
    let other = stage.start(ClientRequest(.get, "/small"), to: origin)
    #expect(
      stage.turn {
        server.poll(); return server.requests.count == 2
      })
    server.answer(server.requests[1], body: Array("small".utf8))
    #expect(
      stage.turn {
        server.poll(); return other.isOver
      })
    #expect(other.text == "small")
    paused.call?.resume()
    #expect(
      stage.turn {
        server.poll(); return paused.isOver
      })
    #expect(paused.body.count == Self.length)
  }

  @Test func alargeOpenBodyWaitsForTheServer() throws {
    let stage = try ClientStage()
    var request = ClientRequest(.post, "/upload")
    request.body = .open
    request.headTimeout = .zero
    request.wholeTimeout = .zero
    let noted = stage.start(request, to: stage.origin())
    let peer = try stage.accept(until: "\r\n\r\n")
    let call = try #require(noted.call)
    call.send(content.span)
    call.finish()
    #expect(call.queued > 0)
    #expect(noted.drains == 0)
    #expect(
      stage.turn {
        peer.poll(); return noted.drains > 0
      })
    #expect(call.queued == 0)
    #expect(stage.turn { peer.poll().received.suffix(5) == Array("0\r\n\r\n".utf8) })
    peer.send("HTTP/1.1 204 No Content\r\n\r\n")
    stage.finish(noted)
    #expect(noted.hasEnded)
  }
}
