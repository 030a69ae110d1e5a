import Client
import HTTP
import Primitives
import Reactor
import Testing

@testable import HTTPPeers

/// Which connection a call goes on, how long connections are kept, and what becomes of stale ones.
@Suite struct ConnectionReuseTests {
  private static let answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"

  private func first(_ stage: ClientStage, _ origin: ClientOrigin) throws -> PeerConnection {
    let noted = stage.start(ClientRequest(.get, "/first"), to: origin)
    let peer = try stage.accept(until: "\r\n\r\n")
    _ = peer.take()
    peer.send(Self.answer)
    stage.finish(noted)
    #expect(noted.text == "ok")
    return peer
  }

  @Test func oneAfterAnotherShareAConnection() throws {
    let stage = try ClientStage()
    let origin = stage.origin()
    let peer = try first(stage, origin)
    for _ in 0..<3 {
      let noted = stage.start(ClientRequest(.get, "/next"), to: origin)
      stage.expect(peer, "GET /next HTTP/1.1\r\n")
      _ = peer.take()
      peer.send(Self.answer)
      stage.finish(noted)
    }
    #expect(stage.hasNoNewConnection())
  }

  @Test func atTheSameTimeEachHasItsOwn() throws {
    let stage = try ClientStage()
    let origin = stage.origin()
    let all = (0..<3).map { stage.start(ClientRequest(.get, "/\($0)"), to: origin) }
    let peers = try (0..<3).map { _ in try stage.accept(until: "\r\n\r\n") }
    for peer in peers { peer.send(Self.answer) }
    for noted in all { stage.finish(noted) }
    #expect(all.filter(\.hasEnded).count == all.count)
    #expect(stage.client.connectionCount == 3)
  }

  @Test func originsShareNothing() throws {
    let stage = try ClientStage()
    let peer = try first(stage, stage.origin())
    let noted = stage.start(ClientRequest(.get, "/other"), to: stage.origin())
    let second = try stage.accept(until: "GET /other")
    #expect(!peer.poll().text.contains("GET"))
    second.send(Self.answer)
    stage.finish(noted)
  }

  @Test func anIdleOneIsClosedInTime() throws {
    let stage = try ClientStage()
    let peer = try first(stage, stage.origin())
    stage.pass(.milliseconds(29_000))
    #expect(stage.client.connectionCount == 1)
    stage.pass(.milliseconds(1_100))
    #expect(stage.client.connectionCount == 0)
    #expect(
      stage.turn {
        peer.poll(); return peer.hasEnded
      })
  }

  @Test func onlySoManyAreKept() throws {
    var limits = ClientLimits()
    limits.idle = 2
    let stage = try ClientStage(limits: limits)
    let origin = stage.origin()
    let all = (0..<4).map { stage.start(ClientRequest(.get, "/\($0)"), to: origin) }
    let peers = try (0..<4).map { _ in try stage.accept(until: "\r\n\r\n") }
    for peer in peers { peer.send(Self.answer) }
    for noted in all { stage.finish(noted) }
    #expect(stage.client.connectionCount == 2)
  }

  @Test func onlySoManyAreOpened() throws {
    var limits = ClientLimits()
    limits.connections = 2
    let stage = try ClientStage(limits: limits)
    let idle = try first(stage, stage.origin())
    let origin = stage.origin()
    let all = (0..<2).map { stage.start(ClientRequest(.get, "/\($0)"), to: origin) }
    let peers = try (0..<2).map { _ in try stage.accept(until: "\r\n\r\n") }
    // The one that lay idle has made room.
    #expect(
      stage.turn {
        idle.poll(); return idle.hasEnded
      })
    let third = stage.start(ClientRequest(.get, "/third"), to: stage.origin())
    stage.finish(third)
    #expect(third.failure == .crowded)
    for peer in peers { peer.send(Self.answer) }
    for noted in all { stage.finish(noted) }
    #expect(all.filter(\.hasEnded).count == all.count)
  }

  /// The server closes while the connection lies idle, and the client has seen it.
  @Test func oneThatEndedIsNotUsed() throws {
    let stage = try ClientStage()
    let origin = stage.origin()
    let peer = try first(stage, origin)
    peer.cut()
    #expect(stage.turn { stage.client.connectionCount == 0 })
    let noted = stage.start(ClientRequest(.get, "/again"), to: origin)
    let second = try stage.accept(until: "GET /again")
    second.send(Self.answer)
    stage.finish(noted)
    #expect(noted.hasEnded)
  }

  /// The server closes just when the next request is on its way: it goes again, once, on a fresh connection.
  @Test(arguments: [Method.get, .put, .delete])
  func aStaleOneCostsNoFailure(_ method: Method) throws {
    let stage = try ClientStage()
    let origin = stage.origin()
    let peer = try first(stage, origin)
    let other = try another(stage, origin, idleBeside: peer)
    var request = ClientRequest(method, "/again")
    if method == .put { request.body = .whole(Array("content".utf8)) }
    let noted = stage.start(request, to: origin)
    #expect(
      stage.turn {
        peer.poll(); other.poll(); return !(peer.text + other.text).isEmpty
      })
    for stale in [peer, other] { stale.cut() }
    let fresh = try stage.accept(until: method == .put ? "\r\n\r\ncontent" : "\r\n\r\n")
    fresh.send(Self.answer)
    stage.finish(noted)
    #expect(noted.hasEnded)
    #expect(noted.heads == 1)
  }

  /// A second idle connection, as stale as the first.
  private func another(
    _ stage: ClientStage, _ origin: ClientOrigin, idleBeside peer: PeerConnection
  ) throws -> PeerConnection {
    let both = (0..<2).map { stage.start(ClientRequest(.get, "/both\($0)"), to: origin) }
    stage.expect(peer, "GET /both")
    let other = try stage.accept(until: "GET /both")
    for one in [peer, other] {
      _ = one.take()
      one.send(Self.answer)
    }
    for noted in both { stage.finish(noted) }
    return other
  }

  /// It may have been acted upon.
  @Test func aPostGoesOnlyOnce() throws {
    let stage = try ClientStage()
    let origin = stage.origin()
    let peer = try first(stage, origin)
    var request = ClientRequest(.post, "/again")
    request.body = .whole(Array("content".utf8))
    let noted = stage.start(request, to: origin)
    stage.expect(peer, "content")
    peer.cut()
    stage.finish(noted)
    #expect(noted.failure == .closed)
    #expect(stage.hasNoNewConnection())
  }

  /// A fresh connection that ends without an answer is no stale one.
  @Test func onlyUsedOnesMayBeStale() throws {
    let stage = try ClientStage()
    let origin = stage.origin()
    let peer = try first(stage, origin)
    let noted = stage.start(ClientRequest(.get, "/again"), to: origin)
    stage.expect(peer, "GET /again")
    peer.cut()
    let fresh = try stage.accept(until: "GET /again")
    fresh.cut()
    stage.finish(noted)
    #expect(noted.failure == .closed)
    #expect(stage.hasNoNewConnection())
  }

  /// What has begun to answer was not stale.
  @Test func aPartOfAnAnswerIsNoReasonToAskAgain() throws {
    let stage = try ClientStage()
    let origin = stage.origin()
    let peer = try first(stage, origin)
    let noted = stage.start(ClientRequest(.get, "/again"), to: origin)
    stage.expect(peer, "GET /again")
    peer.send("HTTP/1.1 200 OK\r\nx-part: 1\r\n")
    stage.turn(times: 3)
    peer.cut()
    stage.finish(noted)
    #expect(noted.failure == .truncated)
    #expect(stage.hasNoNewConnection())
  }

  /// Bytes that nobody asked for may be meant as the next answer.
  @Test func bytesBehindTheAnswerCloseIt() throws {
    let stage = try ClientStage()
    let origin = stage.origin()
    let noted = stage.start(ClientRequest(.get, "/a"), to: origin)
    let peer = try stage.accept(until: "\r\n\r\n")
    peer.send(Self.answer + "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil")
    stage.finish(noted)
    #expect(noted.text == "ok")
    #expect(stage.client.connectionCount == 0)
  }

  /// Clients, connections, calls and receivers know each other: none may keep the others alive for ever.
  @Test func nothingIsLeftBehind() throws {
    weak var client: HTTPClient?
    weak var call: ClientCall?
    weak var answered: NotedResponse?
    weak var waiting: NotedResponse?
    weak var origin: ClientOrigin?
    try {
      let stage = try ClientStage()
      let own = stage.origin()
      let peer = try first(stage, own)
      let one = stage.start(ClientRequest(.get, "/a"), to: own)
      stage.expect(peer, "GET /a")
      peer.send(Self.answer)
      stage.finish(one)
      let other = stage.start(ClientRequest(.get, "/b"), to: own)
      stage.expect(peer, "GET /b")
      other.call?.cancel()
      let last = stage.start(ClientRequest(.get, "/c"), to: own)
      _ = try stage.accept(until: "GET /c")
      (client, call, answered, waiting, origin) = (stage.client, one.call, one, last, own)
      // What tests keep of calls; the client itself holds a receiver until its end.
      for noted in [one, other, last] { noted.call = nil }
      stage.client.close()
      stage.turn(times: 1)
    }()
    #expect(client == nil && call == nil && answered == nil && waiting == nil && origin == nil)
  }

  @Test func closingEndsEverything() throws {
    let stage = try ClientStage()
    let origin = stage.origin()
    let peer = try first(stage, origin)
    let noted = stage.start(ClientRequest(.get, "/a"), to: origin)
    stage.expect(peer, "GET /a")
    stage.client.close()
    #expect(stage.client.connectionCount == 0)
    #expect(stage.client.callCount == 0)
    stage.turn(times: 3)
    #expect(!noted.isOver)
    #expect(
      stage.turn {
        peer.poll(); return peer.isOver
      })
  }
}
