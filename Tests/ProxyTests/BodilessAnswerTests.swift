import Testing

/// HEAD, 204 and 304: answers that have no body whatever their fields say (RFC 9112, section 6.3), and connections
/// that stay in step after them.
@Suite struct BodilessAnswerTests {
  static let next = "GET /next HTTP/1.1\r\nHost: a\r\n\r\n"

  /// Answers what stands behind the path's name, then `next` to everything else.
  static func origin(_ answer: String) -> Origin {
    Origin { request in
      request.startLine.contains("/next") ? "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nnext" : answer
    }
  }

  @Test func anAnswerToHeadKeepsItsLengthAndHasNoBody() throws {
    let origin = Self.origin("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n")
    let proxy = try TestProxy(to: origin.port)
    let client = try proxy.connect()
    let answer = try client.exchange("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n")
    #expect(answer.status == 200)
    #expect(answer.values("content-length") == ["5"])
    #expect(try client.exchange(Self.next).text == "next")
    #expect(origin.connections == 1)
  }

  @Test func anAnswerToHeadInChunksHasNone() throws {
    let origin = Self.origin("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    let proxy = try TestProxy(to: origin.port)
    let client = try proxy.connect()
    let answer = try client.exchange("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n")
    #expect(answer.status == 200)
    #expect(answer["content-length"] == nil)
    #expect(try client.exchange(Self.next).text == "next")
    #expect(origin.connections == 1)
  }

  @Test func aReplyOfOurOwnToHeadHasALengthAndNoBody() throws {
    let proxy = try TestProxy(
      """
      routes: [{name: one, hostnames: [one.example], rules: [{backendRefs: [{name: origin}]}]}]
      services: [{name: origin, endpoints: ["127.0.0.1:9"]}]
      """)
    let client = try proxy.connect()
    let head = try client.exchange("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n")
    let get = try client.exchange(Self.next)
    #expect(head.status == 404)
    #expect(head["content-length"] == get["content-length"])
    #expect(get.status == 404)
    #expect(!get.body.isEmpty)
  }

  @Test(arguments: ["", "Content-Length: 0\r\n"]) func a204HasNoLength(_ field: String) throws {
    let origin = Self.origin("HTTP/1.1 204 No Content\r\n\(field)X-A: b\r\n\r\n")
    let proxy = try TestProxy(to: origin.port)
    let client = try proxy.connect()
    let answer = try client.exchange("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
    #expect(answer.status == 204)
    #expect(answer["content-length"] == nil)
    #expect(answer["transfer-encoding"] == nil)
    #expect(answer["x-a"] == "b")
    #expect(try client.exchange(Self.next).text == "next")
    #expect(origin.connections == 1)
  }

  /// What claims to have a body may send it too: that connection serves nobody else.
  @Test(arguments: [
    "Content-Length: 5\r\n\r\nhello", "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
  ]) func a204WithABodyLeavesNothingForTheNext(_ rest: String) throws {
    let origin = Self.origin("HTTP/1.1 204 No Content\r\n\(rest)")
    let proxy = try TestProxy(to: origin.port)
    let client = try proxy.connect()
    #expect(try client.exchange("GET / HTTP/1.1\r\nHost: a\r\n\r\n").status == 204)
    #expect(try client.exchange(Self.next).text == "next")
    #expect(origin.connections == 2)
  }

  @Test func a304KeepsTheLengthOfWhatItStandsFor() throws {
    let origin = Self.origin("HTTP/1.1 304 Not Modified\r\nETag: \"x\"\r\nContent-Length: 1234\r\n\r\n")
    let proxy = try TestProxy(to: origin.port)
    let client = try proxy.connect()
    let answer = try client.exchange("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
    #expect(answer.status == 304)
    #expect(answer.values("content-length") == ["1234"])
    #expect(answer["etag"] == "\"x\"")
    #expect(try client.exchange(Self.next).text == "next")
    #expect(origin.connections == 1)
  }

  @Test func a304WithABodyLeavesNothingForTheNext() throws {
    let origin = Self.origin("HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\nhello")
    let proxy = try TestProxy(to: origin.port)
    let client = try proxy.connect()
    #expect(try client.exchange("GET / HTTP/1.1\r\nHost: a\r\n\r\n").status == 304)
    #expect(try client.exchange(Self.next).text == "next")
    #expect(origin.connections == 2)
  }

  @Test func anEmptyBodyIsSaidToBeEmpty() throws {
    let origin = Self.origin("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
    let proxy = try TestProxy(to: origin.port)
    let client = try proxy.connect()
    let answer = try client.exchange("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
    #expect(answer.values("content-length") == ["0"])
    #expect(try client.exchange(Self.next).text == "next")
  }
}
