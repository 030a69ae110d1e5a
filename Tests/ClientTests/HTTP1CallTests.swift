import Client
import HTTP
import Primitives
import Testing

@testable import HTTPPeers

/// Whole calls over HTTP/1.1, however the answer's bytes come.
@Suite struct HTTP1CallTests {
  struct Answer: CustomTestStringConvertible {
    let testDescription: String
    var method = Method.get
    let wire: String
    var body = ""
    /// The connection's end is the body's.
    var closes = false
    var isKept = true
  }

  static let answers = [
    Answer(
      testDescription: "length", wire: "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", body: "hello"),
    Answer(
      testDescription: "chunks and trailers",
      wire:
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2;x=y\r\nlo\r\n0\r\nx-sum: 1\r\n\r\n",
      body: "hello"),
    Answer(
      testDescription: "until close", wire: "HTTP/1.1 200 OK\r\n\r\nhello", body: "hello", closes: true,
      isKept: false),
    Answer(
      testDescription: "HTTP/1.0", wire: "HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\nhello", body: "hello",
      isKept: false),
    Answer(
      testDescription: "close",
      wire: "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhello",
      body: "hello", isKept: false),
    Answer(
      testDescription: "HEAD", method: .head, wire: "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"),
    Answer(testDescription: "204", wire: "HTTP/1.1 204 No Content\r\n\r\n"),
    Answer(testDescription: "empty", wire: "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"),
    Answer(
      testDescription: "100 before",
      wire:
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: a\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
      body: "hello"),
    Answer(
      testDescription: "a redirect is an answer",
      wire: "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1/b\r\nContent-Length: 0\r\n\r\n"),
  ]

  enum Cut: String, CaseIterable { case whole, bytes, random }

  @Test(arguments: answers, Cut.allCases)
  func answersHoweverCut(_ answer: Answer, _ cut: Cut) throws {
    let stage = try ClientStage()
    let origin = stage.origin()
    let noted = stage.start(ClientRequest(answer.method, "/a?b=c"), to: origin)
    let peer = try stage.accept(until: "\r\n\r\n")
    #expect(peer.text.hasPrefix("\(answer.method.name) /a?b=c HTTP/1.1\r\n"))
    #expect(peer.text.contains("\r\nhost: 127.0.0.1:\(stage.port)\r\n"))
    #expect(peer.text.contains("\r\nuser-agent: apus\r\n"))
    #expect(!peer.text.contains("content-length"))
    var random = Random(seed: 7)
    var rest = Array(answer.wire.utf8)[...]
    while !rest.isEmpty {
      let count =
        switch cut {
        case .whole: rest.count
        case .bytes: 1
        case .random: 1 + random.next(below: min(9, rest.count))
        }
      peer.send(Array(rest.prefix(count)))
      rest = rest.dropFirst(count)
      stage.turn(times: 1)
    }
    if answer.closes { peer.finish() }
    stage.finish(noted)
    #expect(noted.failure == nil)
    #expect(noted.heads == 1)
    #expect(answer.wire.contains("HTTP/1.\(answer.testDescription == "HTTP/1.0" ? 0 : 1) \(noted.status) "))
    #expect(noted.text == answer.body)
    if answer.testDescription == "chunks and trailers" { #expect(noted.trailers.map(\.value) == ["1"]) }
    #expect(stage.client.callCount == 0)
    #expect(stage.turn { stage.client.connectionCount == (answer.isKept ? 1 : 0) })
    #expect(noted.tooLate == 0)
  }

  @Test func sendsABody() throws {
    let stage = try ClientStage()
    var request = ClientRequest(.post, "/a")
    request.body = .whole(Array("hello".utf8))
    request.fields = [.init("content-type", "text/plain"), .init("user-agent", "me")]
    let noted = stage.start(request, to: stage.origin())
    let peer = try stage.accept(until: "\r\n\r\nhello")
    #expect(peer.text.contains("\r\ncontent-length: 5\r\n"))
    #expect(peer.text.contains("\r\ncontent-type: text/plain\r\n"))
    #expect(peer.text.contains("\r\nuser-agent: me\r\n"))
    #expect(!peer.text.contains("apus"))
    peer.send("HTTP/1.1 204 No Content\r\n\r\n")
    stage.finish(noted)
    #expect(noted.status == 204)
  }

  @Test func sendsAnOpenBodyPieceByPiece() throws {
    let stage = try ClientStage()
    var request = ClientRequest(.post, "/a")
    request.body = .open
    let noted = stage.start(request, to: stage.origin())
    let call = try #require(noted.call)
    call.send(Array("early".utf8).span)
    #expect(call.queued == 5)
    let peer = try stage.accept(until: "\r\n\r\n5\r\nearly\r\n")
    #expect(peer.text.contains("\r\ntransfer-encoding: chunked\r\n"))
    call.send(Array("late".utf8).span)
    stage.expect(peer, "4\r\nlate\r\n")
    call.finish()
    stage.expect(peer, "\r\n0\r\n\r\n")
    peer.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
    stage.finish(noted)
    #expect(noted.hasEnded)
    #expect(stage.client.connectionCount == 1)
  }

  /// The answer came before the body's end: what follows on the connection would be the body's rest.
  @Test func anEarlyAnswerKeepsNoConnection() throws {
    let stage = try ClientStage()
    var request = ClientRequest(.post, "/a")
    request.body = .open
    let noted = stage.start(request, to: stage.origin())
    let peer = try stage.accept(until: "\r\n\r\n")
    peer.send("HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\n\r\n")
    stage.finish(noted)
    #expect(noted.status == 413)
    #expect(stage.client.connectionCount == 0)
  }

  static let invalid: [(String, ClientRequest)] = [
    ("no path", ClientRequest(.get, "a")), ("empty", ClientRequest(.get, "")),
    ("space", ClientRequest(.get, "/a b")), ("line end", ClientRequest(.get, "/a\r\nx: y")),
    ("fragment", ClientRequest(.get, "/a#b")), ("method", ClientRequest(.connect, "/a")),
    ("value", field("x", "a\r\nb: c")), ("name", field("x:", "a")), ("upper case", field("X", "a")),
    ("no name", field("", "a")),
  ]

  private static func field(_ name: String, _ value: String) -> ClientRequest {
    var request = ClientRequest(.get, "/")
    request.fields = [.init(name, value)]
    return request
  }

  @Test(arguments: invalid)
  func refusesWhatCannotBeSent(_ name: String, _ request: ClientRequest) throws {
    let stage = try ClientStage()
    let noted = stage.start(request, to: stage.origin())
    #expect(!noted.isOver, "told within start")
    stage.finish(noted)
    #expect(noted.failure == .invalidRequest)
    #expect(stage.hasNoNewConnection())
  }
}
