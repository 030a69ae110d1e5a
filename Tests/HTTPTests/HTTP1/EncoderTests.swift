import HTTP
import HTTPInvariants
import Primitives
import Testing

@Suite struct EncoderTests {
  private func request(
    _ text: String, persistent: Bool = true, _ change: (inout MessageHead) -> Void = { _ in }
  )
    -> String
  {
    var head = MessageHead()
    read(text, into: &head)
    change(&head)
    var output = ByteBuffer()
    HTTP1Encoder.appendRequest(head, to: &output, persistent: persistent)
    return HTTPTests.text(output)
  }

  private func response(
    _ text: String, method: Method = .get, upgrade: Bool = false, version: HTTPVersion = .http11,
    persistent: Bool = true, _ change: (inout MessageHead) -> Void = { _ in }
  ) -> String {
    var head = MessageHead()
    read(text, role: .client, method: method, upgrade: upgrade, into: &head)
    head.framing = head.framing.forwarded(to: version)
    change(&head)
    var output = ByteBuffer()
    HTTP1Encoder.appendResponse(head, to: &output, version: version, persistent: persistent)
    return HTTPTests.text(output)
  }

  @Test func requestAsItCame() {
    let text = "GET /a/b?c=d HTTP/1.1\r\nHost: h\r\nAccept: */*\r\nUser-Agent: x\r\n\r\n"
    #expect(request(text) == text)
    let other = "M-SEARCH /? HTTP/1.1\r\nHost: h\r\n\r\n"
    #expect(request(other) == other)
  }

  @Test func framingIsMadeAnew() {
    #expect(
      request(
        "POST / HTTP/1.1\r\nContent-Length: 007\r\nHost: h\r\nA: b\r\nConnection: keep-alive\r\nC: d\r\n\r\n")
        == "POST / HTTP/1.1\r\nHost: h\r\nA: b\r\nC: d\r\ncontent-length: 7\r\n\r\n")
    #expect(
      request(
        "PUT / HTTP/1.1\r\nTransfer-Encoding: CHUNKED\r\nHost: h\r\nKeep-Alive: 5\r\nProxy-Connection: x\r\n\r\n"
      )
        == "PUT / HTTP/1.1\r\nHost: h\r\ntransfer-encoding: chunked\r\n\r\n")
  }

  @Test func whiteSpaceIsMadeAnew() {
    #expect(
      request(
        "GET / HTTP/1.1\r\nHost:h\r\nA:\tb\r\nB: c  \r\nC: d\r\nD:\r\nE:   \r\nF: \r\nG:  h\r\nH: i\r\n\r\n")
        == "GET / HTTP/1.1\r\nHost: h\r\nA: b\r\nB: c\r\nC: d\r\nD: \r\nE: \r\nF: \r\nG: h\r\nH: i\r\n\r\n")
  }

  @Test func removedAndAddedFields() {
    let text = "GET / HTTP/1.1\r\nHost: h\r\nA: b\r\nCookie: c\r\nD: e\r\nF: g\r\n\r\n"
    let result = request(text) { head in
      head.remove(.cookie)
      head.append(.xRequestID, "1")
      head.append(.traceparent, "2")
      head.setPath(Array("/new".utf8).span)
    }
    #expect(
      result
        == "GET /new HTTP/1.1\r\nHost: h\r\nA: b\r\nD: e\r\nF: g\r\nx-request-id: 1\r\ntraceparent: 2\r\n\r\n"
    )
    #expect(request(text) { $0.remove(.host) }.contains("\r\nhost: h\r\n"))
  }

  @Test func absoluteTargetBecomesOrigin() {
    #expect(
      request("GET http://real/a?b HTTP/1.1\r\nHost: other\r\nA: b\r\n\r\n")
        == "GET /a?b HTTP/1.1\r\nHost: real\r\nA: b\r\n\r\n")
    #expect(
      request("GET http://real?b HTTP/1.1\r\nHost: x\r\n\r\n") == "GET /?b HTTP/1.1\r\nHost: real\r\n\r\n")
    #expect(
      request("OPTIONS http://real HTTP/1.1\r\nHost: x\r\n\r\n") == "OPTIONS * HTTP/1.1\r\nHost: real\r\n\r\n"
    )
    #expect(request("GET / HTTP/1.0\r\n\r\n") == "GET / HTTP/1.1\r\nhost: \r\n\r\n")
  }

  @Test func connectionOfRequests() {
    let text =
      "GET / HTTP/1.1\r\nHost: h\r\nTE: trailers\r\nConnection: te, upgrade\r\nUpgrade: websocket\r\n\r\n"
    #expect(request(text).hasSuffix("Upgrade: websocket\r\nconnection: upgrade, te\r\n\r\n"))
    let plain = "GET / HTTP/1.1\r\nHost: h\r\n\r\n"
    #expect(request(plain, persistent: false).hasSuffix("\r\nconnection: close\r\n\r\n"))
  }

  @Test func responseAsItCame() {
    #expect(
      response("HTTP/1.1 200 OK\r\nServer: s\r\nContent-Length: 5\r\nDate: d\r\nConnection: close\r\n\r\n")
        == "HTTP/1.1 200 OK\r\nServer: s\r\nDate: d\r\ncontent-length: 5\r\n\r\n")
    #expect(response("HTTP/1.0 404\r\nContent-Length: 0\r\n\r\n").hasPrefix("HTTP/1.1 404 Not Found\r\n"))
    #expect(
      response("HTTP/1.1 299 Fine so far\r\nContent-Length: 0\r\n\r\n").hasPrefix(
        "HTTP/1.1 299 Fine so far\r\n"))
  }

  @Test func responseFraming() {
    let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    let untilClose = "HTTP/1.1 200 OK\r\n\r\n"
    #expect(response(chunked) == "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n")
    #expect(response(untilClose) == "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n")
    #expect(response(chunked, version: .http10) == "HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n")
    #expect(response(untilClose, version: .http10) == "HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n")
  }

  @Test func responsesWithoutBody() {
    let head = "HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n"
    #expect(response(head, method: .head) == "HTTP/1.1 200 OK\r\ncontent-length: 7\r\n\r\n")
    #expect(
      response("HTTP/1.1 204 No Content\r\nContent-Length: 7\r\n\r\n") == "HTTP/1.1 204 No Content\r\n\r\n")
    #expect(
      response("HTTP/1.1 304 Not Modified\r\nContent-Length: 7\r\nETag: x\r\n\r\n")
        == "HTTP/1.1 304 Not Modified\r\nETag: x\r\ncontent-length: 7\r\n\r\n")
    #expect(
      response("HTTP/1.1 304 Not Modified\r\n\r\n") { $0.framing = .chunked }
        == "HTTP/1.1 304 Not Modified\r\n\r\n")
    #expect(
      response("HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n", persistent: false)
        == "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n")
  }

  @Test func connectionOfResponses() {
    let head = "HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n"
    #expect(response(head, persistent: false).hasSuffix("7\r\nconnection: close\r\n\r\n"))
    #expect(response(head, version: .http10).hasSuffix("7\r\nconnection: keep-alive\r\n\r\n"))
    #expect(response(head, version: .http10, persistent: false).hasSuffix("7\r\nconnection: close\r\n\r\n"))
    #expect(
      response("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: w\r\n\r\n", upgrade: true)
        == "HTTP/1.1 101 Switching Protocols\r\nUpgrade: w\r\nconnection: upgrade\r\n\r\n")
  }

  @Test func ownResponse() {
    var head = MessageHead()
    head.reset(status: 503)
    head.append(.contentType, "text/plain")
    head.framing = .length(3)
    var output = ByteBuffer()
    HTTP1Encoder.appendResponse(head, to: &output, version: .http11, persistent: false)
    let result = HTTPTests.text(output)
    #expect(
      result
        == "HTTP/1.1 503 Service Unavailable\r\ncontent-type: text/plain\r\ncontent-length: 3\r\nconnection: close\r\n\r\n"
    )
  }

  @Test func chunks() {
    var output = ByteBuffer()
    HTTP1Encoder.appendChunkHeader(255, to: &output)
    HTTP1Encoder.appendChunkEnd(to: &output)
    HTTP1Encoder.appendChunkHeader(1 << 20, to: &output)
    HTTP1Encoder.appendLastChunk(to: &output)
    var trailers = MessageHead()
    trailers.append(name: "X-Sum", value: "1")
    HTTP1Encoder.appendLastChunk(trailers: trailers, to: &output)
    let result = HTTPTests.text(output)
    #expect(result == "ff\r\n\r\n100000\r\n0\r\n\r\n0\r\nX-Sum: 1\r\n\r\n")
  }
}
