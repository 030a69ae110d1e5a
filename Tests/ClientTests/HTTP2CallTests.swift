import Client
import HTTP
import Primitives
import Reactor
import Testing

@testable import HTTPPeers

/// Calls that share one HTTP/2 connection, known beforehand to be one.
@Suite struct HTTP2CallTests {
  private func begin(
    _ stage: ClientStage, _ origin: ClientOrigin, _ request: ClientRequest = ClientRequest(.get, "/a?b=c"),
    _ settings: HTTP2Settings = HTTP2Settings()
  ) throws -> (NotedResponse, HTTP2Server) {
    let noted = stage.start(request, to: origin)
    let server = HTTP2Server(try stage.accept(), settings)
    #expect(
      stage.turn {
        server.poll(); return server.requests.count == 1
      })
    return (noted, server)
  }

  private func finish(_ stage: ClientStage, _ server: HTTP2Server, _ noted: NotedResponse) {
    #expect(
      stage.turn {
        server.poll(); return noted.isOver
      })
  }

  @Test func aWholeCall() throws {
    let stage = try ClientStage()
    let (noted, server) = try begin(stage, stage.origin(plain: .h2))
    let head = server.requests[0]
    #expect(head.head.text(of: head.head.path) == "/a")
    #expect(head.head.text(of: head.head.query) == "b=c")
    #expect(head.head.text(of: head.head.authority) == "127.0.0.1:\(stage.port)")
    #expect(head.head.text(of: head.head.scheme) == "http")
    #expect(head.receivedEnd)
    server.answer(server.requests[0], body: Array("hello".utf8), trailers: [("x-sum", "1")])
    finish(stage, server, noted)
    #expect(noted.status == 200)
    #expect(noted.text == "hello")
    #expect(noted.trailers.map(\.value) == ["1"])
    #expect(stage.client.connectionCount == 1)
  }

  @Test func bodiesGoUp() throws {
    let stage = try ClientStage()
    let origin = stage.origin(plain: .h2)
    var request = ClientRequest(.post, "/a")
    let large = [UInt8](repeating: 7, count: 1 << 20)
    request.body = .whole(large)
    let (noted, server) = try begin(stage, origin, request)
    let id = server.requests[0].id
    #expect(
      stage.turn {
        server.poll(); return server.ended == [id]
      })
    #expect(server.bodies[id] == large)
    server.answer(server.requests[0])
    finish(stage, server, noted)
    request.body = .open
    let open = stage.start(request, to: origin)
    open.call?.send(Array("a".utf8).span)
    #expect(
      stage.turn {
        server.poll(); return server.requests.count == 2
      })
    let second = server.requests[1]
    #expect(
      stage.turn {
        server.poll(); return server.bodies[second.id] == Array("a".utf8)
      })
    server.begin(second)
    #expect(
      stage.turn {
        server.poll(); return open.heads == 1
      })
    open.call?.send(Array("b".utf8).span)
    open.call?.finish()
    let secondID = second.id
    #expect(
      stage.turn {
        server.poll(); return server.ended.contains(secondID)
      })
    #expect(server.bodies[secondID] == Array("ab".utf8))
  }

  @Test func manyShareOneConnection() throws {
    let stage = try ClientStage()
    let origin = stage.origin(plain: .h2)
    let all = (0..<50).map { stage.start(ClientRequest(.get, "/\($0)"), to: origin) }
    let server = HTTP2Server(try stage.accept())
    #expect(
      stage.turn {
        server.poll(); return server.requests.count == 50
      })
    for stream in server.requests.reversed() {
      server.answer(stream, body: Array(stream.head.text(of: stream.head.path).utf8))
    }
    for (index, noted) in all.enumerated() {
      finish(stage, server, noted)
      #expect(noted.text == "/\(index)")
    }
    #expect(stage.hasNoNewConnection())
  }

  /// More calls than the server takes streams: a further connection.
  @Test func beyondTheServersLimit() throws {
    let stage = try ClientStage()
    let origin = stage.origin(plain: .h2)
    var settings = HTTP2Settings()
    settings.maxConcurrentStreams = 1
    let (first, server) = try begin(stage, origin, ClientRequest(.get, "/1"), settings)
    let second = stage.start(ClientRequest(.get, "/2"), to: origin)
    let other = HTTP2Server(try stage.accept(), settings)
    #expect(
      stage.turn {
        other.poll(); return other.requests.count == 1
      })
    server.answer(server.requests[0])
    other.answer(other.requests[0])
    finish(stage, server, first)
    finish(stage, other, second)
    #expect(first.hasEnded && second.hasEnded)
  }

  @Test func refusedStreamsGoElsewhereOnce() throws {
    let stage = try ClientStage()
    let origin = stage.origin(plain: .h2)
    var request = ClientRequest(.post, "/a")
    request.body = .whole([1])
    let (noted, server) = try begin(stage, origin, request)
    server.session.reset(server.requests[0], .refusedStream)
    server.flush()
    let other = HTTP2Server(try stage.accept())
    #expect(
      stage.turn {
        server.poll(); other.poll(); return other.requests.count == 1
      })
    other.session.reset(other.requests[0], .refusedStream)
    other.flush()
    finish(stage, other, noted)
    #expect(noted.failure == .streamReset(.refusedStream))
  }

  @Test func aGoAwayFinishesWhatIsUnderWay() throws {
    let stage = try ClientStage()
    let origin = stage.origin(plain: .h2)
    let (noted, server) = try begin(stage, origin)
    server.session.shutDown()
    server.poll()
    stage.turn(times: 5)
    let next = stage.start(ClientRequest(.get, "/next"), to: origin)
    let other = HTTP2Server(try stage.accept())
    #expect(
      stage.turn {
        other.poll(); return other.requests.count == 1
      })
    other.answer(other.requests[0])
    finish(stage, other, next)
    server.answer(server.requests[0], body: Array("late".utf8))
    finish(stage, server, noted)
    #expect(noted.text == "late")
    #expect(
      stage.turn {
        server.poll(); return stage.client.connectionCount == 1
      })
  }

  @Test func aResetIsTold() throws {
    let stage = try ClientStage()
    let (noted, server) = try begin(stage, stage.origin(plain: .h2))
    server.begin(server.requests[0])
    #expect(
      stage.turn {
        server.poll(); return noted.heads == 1
      })
    server.session.reset(server.requests[0], .internalError)
    server.flush()
    finish(stage, server, noted)
    #expect(noted.failure == .streamReset(.internalError))
    #expect(stage.client.connectionCount == 1)
  }

  @Test func theConnectionBreaks() throws {
    let stage = try ClientStage()
    let origin = stage.origin(plain: .h2)
    let (noted, server) = try begin(stage, origin)
    let other = stage.start(ClientRequest(.get, "/b"), to: origin)
    #expect(
      stage.turn {
        server.poll(); return server.requests.count == 2
      })
    server.begin(server.requests[0])
    #expect(
      stage.turn {
        server.poll(); return noted.heads == 1
      })
    server.peer.reset()
    stage.finish(noted)
    stage.finish(other)
    #expect(noted.failure == .reset)
    #expect(other.failure == .reset)
    #expect(stage.client.connectionCount == 0)
  }

  /// Served before, and closed while the next request was on its way.
  @Test func aStaleConnectionCostsNoFailure() throws {
    let stage = try ClientStage()
    let origin = stage.origin(plain: .h2)
    let (first, server) = try begin(stage, origin)
    server.answer(server.requests[0])
    finish(stage, server, first)
    let noted = stage.start(ClientRequest(.get, "/b"), to: origin)
    #expect(
      stage.turn {
        server.poll(); return server.requests.count == 2
      })
    server.peer.cut()
    let other = HTTP2Server(try stage.accept())
    #expect(
      stage.turn {
        other.poll(); return other.requests.count == 1
      })
    other.answer(other.requests[0])
    finish(stage, other, noted)
    #expect(noted.hasEnded)
  }

  @Test func cancelledTheStreamIsReset() throws {
    let stage = try ClientStage()
    let (noted, server) = try begin(stage, stage.origin(plain: .h2))
    noted.call?.cancel()
    #expect(
      stage.turn {
        server.poll(); return server.resets == [.cancel]
      })
    #expect(!noted.isOver)
    #expect(stage.client.callCount == 0)
    #expect(stage.client.connectionCount == 1)
    stage.pass(.milliseconds(30_100))
    #expect(
      stage.turn {
        server.poll(); return stage.client.connectionCount == 0
      })
  }

  @Test func noHeadInTime() throws {
    let stage = try ClientStage()
    let (noted, server) = try begin(stage, stage.origin(plain: .h2))
    stage.pass(.milliseconds(10_100))
    #expect(noted.failure == .timedOut(.head))
    #expect(
      stage.turn {
        server.poll(); return server.resets == [.cancel]
      })
  }

  /// Whoever has gone silent may never speak again: the next call does not begin there.
  @Test func afterThatTheNextCallHasAnotherConnection() throws {
    let stage = try ClientStage()
    let origin = stage.origin(plain: .h2)
    let (silent, dead) = try begin(stage, origin)
    stage.pass(.milliseconds(10_100))
    #expect(silent.failure == .timedOut(.head))
    let (noted, server) = try begin(stage, origin)
    server.answer(server.requests[0], body: Array("hello".utf8), trailers: [])
    finish(stage, server, noted)
    #expect(noted.text == "hello")
    #expect(dead.requests.count == 1)
  }

  @Test func nonsense() throws {
    let stage = try ClientStage()
    let noted = stage.start(ClientRequest(.get, "/a"), to: stage.origin(plain: .h2))
    let peer = try stage.accept(until: "PRI * HTTP/2.0")
    peer.send("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
    stage.finish(noted)
    guard case .protocolError = noted.failure else {
      Issue.record("\(String(describing: noted.failure))")
      return
    }
    #expect(stage.client.connectionCount == 0)
  }

  @Test func aBodyThatIsTooLong() throws {
    let stage = try ClientStage()
    var request = ClientRequest(.get, "/a")
    request.bodyLimit = 4
    let (noted, server) = try begin(stage, stage.origin(plain: .h2), request)
    server.answer(server.requests[0], body: Array("hello".utf8))
    finish(stage, server, noted)
    #expect(noted.failure == .bodyTooLong)
    #expect(stage.client.connectionCount == 1)
  }
}
