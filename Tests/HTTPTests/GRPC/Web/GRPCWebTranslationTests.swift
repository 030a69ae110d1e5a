import Foundation
import HTTP
import HTTPInvariants
import Primitives
import Testing

@Suite struct GRPCWebTranslationTests {
  private func request(_ fields: [String], method: String = "POST") -> (
    GRPCWebTranslation?, [String], Framing
  ) {
    var head = MessageHead()
    let text = fields.map { $0 + "\r\n" }.joined()
    read("\(method) /s/m HTTP/1.1\r\nHost: h\r\n\(text)\r\n", into: &head)
    let translation = GRPCWebTranslation(request: &head)
    return (translation, lines(of: head), head.framing)
  }

  private func lines(of head: borrowing MessageHead) -> [String] {
    Transcript.fields(head).map { String($0.prefix(while: { $0 != "(" }).dropLast()) }
  }

  @Test func requestHeads() throws {
    let (binary, fields, framing) = request([
      "Content-Type: application/grpc-web+proto; a=b", "Content-Length: 8", "X-Grpc-Web: 1",
      "X-User-Agent: u",
      "Accept: */*", "TE: x", "grpc-timeout: 1S",
    ])
    #expect(
      fields == [
        "Host: h", "Content-Length: 8", "X-User-Agent: u", "grpc-timeout: 1S",
        "content-type: application/grpc+proto", "te: trailers", "grpc-accept-encoding: identity",
      ])
    #expect(framing == .length(8))
    #expect(try #require(binary).passesRequestBody)
    let (text, others, chunked) = request([
      "Content-Type: application/grpc-web-text", "Content-Length: 8", "grpc-accept-encoding: gzip",
    ])
    #expect(
      others == [
        "Host: h", "Content-Length: 8", "grpc-accept-encoding: gzip", "content-type: application/grpc",
        "te: trailers",
      ])
    #expect(chunked == .chunked)
    #expect(try !#require(text).passesRequestBody)
    #expect(request(["Content-Type: application/grpc-web-text", "Content-Length: 0"]).2 == .length(0))
  }

  @Test func otherRequestsStayAsTheyAre() {
    for type in ["application/grpc", "application/json", "application/grpc-webx"] {
      let fields = ["Content-Type: \(type)", "Content-Length: 8", "X-Grpc-Web: 1"]
      let (translation, after, _) = request(fields)
      #expect(translation == nil && after == ["Host: h"] + fields)
    }
    #expect(request([]).0 == nil)
    #expect(request(["Content-Type: application/grpc-web"], method: "PUT").0 == nil)
  }

  /// Content type and Accept of the request → content type of the response.
  @Test func acceptDecidesAboutText() throws {
    let cases = [
      ("application/grpc-web", nil, "application/grpc-web+proto"),
      ("application/grpc-web-text", nil, "application/grpc-web-text+proto"),
      ("application/grpc-web", "*/*", "application/grpc-web+proto"),
      ("application/grpc-web-text", "*/*", "application/grpc-web-text+proto"),
      ("application/grpc-web", "application/grpc-web-text", "application/grpc-web-text+proto"),
      (
        "application/grpc-web-text", "text/plain, application/grpc-web+proto;q=1",
        "application/grpc-web+proto"
      ),
    ]
    for (type, accept, expected) in cases {
      let fields = ["Content-Type: \(type)"] + (accept.map { ["Accept: \($0)"] } ?? [])
      var translation = try #require(request(fields + ["Content-Length: 0"]).0)
      var head = answer(
        "Content-Type: application/grpc+proto\r\nTrailer: x\r\nTransfer-Encoding: chunked\r\n")
      translation.responseHead(&head)
      let after = lines(of: head)
      #expect(after == ["Transfer-Encoding: chunked", "content-type: \(expected)"])
      #expect(translation.isTranslatingResponse)
    }
  }

  private func answer(_ fields: String, status: Int = 200) -> MessageHead {
    var head = MessageHead()
    read("HTTP/1.1 \(status) X\r\n\(fields)\r\n", role: .client, method: .post, into: &head)
    return head
  }

  @Test func answersThatAreNoGRPCPass() throws {
    for (fields, status) in [
      ("Content-Type: text/plain\r\nContent-Length: 3\r\n", 200),
      ("Content-Type: application/grpc\r\nContent-Length: 3\r\n", 503), ("Content-Length: 3\r\n", 200),
    ] {
      var translation = try #require(request(["Content-Type: application/grpc-web-text"]).0)
      var head = answer(fields, status: status)
      let before = lines(of: head)
      translation.responseHead(&head)
      let after = lines(of: head)
      let framing = head.framing
      #expect(before == after && framing == .length(3) && !translation.isTranslatingResponse)
      var output = ByteBuffer()
      var trailers = MessageHead()
      trailers.append(name: "x", value: "y")
      let isValid = translation.responseBody([1, 2, 3].span, to: &output)
      let hasEnded = translation.responseEnded(&trailers, to: &output)
      let written = bytes(output)
      let kept = lines(of: trailers)
      #expect(isValid && hasEnded && written == [1, 2, 3] && kept == ["x: y"])
    }
  }

  @Test func aTrailersOnlyAnswerKeepsItsStatusInTheHead() throws {
    var translation = try #require(request(["Content-Type: application/grpc-web"]).0)
    var head = answer("Content-Type: application/grpc\r\ngrpc-status: 5\r\nContent-Length: 0\r\n")
    translation.responseHead(&head)
    let after = lines(of: head)
    #expect(after == ["grpc-status: 5", "Content-Length: 0", "content-type: application/grpc-web"])
    var output = ByteBuffer()
    var trailers = MessageHead()
    let hasEnded = translation.responseEnded(&trailers, to: &output)
    let isEmpty = output.isEmpty
    #expect(hasEnded && isEmpty)
  }

  @Test func textOfRequestsIsRead() throws {
    let plain: [UInt8] = [0, 0, 0, 0, 3, 1, 2, 3, 0, 0, 0, 0, 1, 9]
    let encoded = Data(plain[..<8]).base64EncodedString() + Data(plain[8...]).base64EncodedString()
    let fresh = try #require(request(["Content-Type: application/grpc-web-text"]).0)
    var translation = fresh
    var output = ByteBuffer()
    inPieces(Array(encoded.utf8)) {
      translation = fresh
      output.clear()
    } _: {
      let isValid = translation.requestBody($0, to: &output)
      #expect(isValid)
    } end: {
      let decoded = bytes(output)
      #expect(decoded == plain && translation.requestEnded())
    }
    let isValid = translation.requestBody(Array("AA".utf8).span, to: &output)
    #expect(isValid && !translation.requestEnded())
    let isBroken = !translation.requestBody(Array("!".utf8).span, to: &output)
    #expect(isBroken)
  }

  /// Neither is a multiple of three bytes.
  private static let messages: [UInt8] = [0, 0, 0, 0, 5, 1, 2, 3, 4, 5] + [1, 0, 0, 0, 2, 200, 201]

  private func trailers() -> MessageHead {
    var trailers = MessageHead()
    trailers.append(name: "Grpc-Status", value: "0")
    trailers.append(name: "x-dropped", value: "1")
    trailers.append(name: "x-more", value: "a b")
    trailers.remove(named: Array("x-dropped".utf8).span)
    return trailers
  }

  @Test func answersInBinary() throws {
    let frame = Array("grpc-status: 0\r\nx-more: a b\r\n".utf8)
    let expected = Self.messages + [0x80, 0, 0, 0, UInt8(frame.count)] + frame
    try check(type: "application/grpc-web") { #expect($0 == expected) }
  }

  /// Each message is padded for itself, wherever the pieces are cut.
  @Test func answersInText() throws {
    let frame = Array("grpc-status: 0\r\nx-more: a b\r\n".utf8)
    let parts = [
      Array(Self.messages[..<10]), Array(Self.messages[10...]), [0x80, 0, 0, 0, UInt8(frame.count)] + frame,
    ]
    let expected = parts.map { Data($0).base64EncodedString() }.joined()
    try check(type: "application/grpc-web-text") { #expect(String(decoding: $0, as: UTF8.self) == expected) }
  }

  private func check(type: String, _ verify: ([UInt8]) -> Void) throws {
    var fresh = try #require(request(["Content-Type: \(type)"]).0)
    var head = answer("Content-Type: application/grpc\r\nTransfer-Encoding: chunked\r\n")
    fresh.responseHead(&head)
    var translation = fresh
    var output = ByteBuffer()
    inPieces(Self.messages) {
      translation = fresh
      output.clear()
    } _: {
      let isValid = translation.responseBody($0, to: &output)
      #expect(isValid)
    } end: {
      var trailers = trailers()
      let hasEnded = translation.responseEnded(&trailers, to: &output)
      let isGone = trailers.fields.isEmpty
      #expect(hasEnded && isGone)
      verify(bytes(output))
    }
  }

  @Test func aMissingStatusIsSaid() throws {
    var translation = try #require(request(["Content-Type: application/grpc-web"]).0)
    var head = answer("Content-Type: application/grpc\r\nTransfer-Encoding: chunked\r\n")
    translation.responseHead(&head)
    var output = ByteBuffer()
    var trailers = MessageHead()
    let hasEnded = translation.responseEnded(&trailers, to: &output)
    let written = bytes(output)
    #expect(hasEnded && written == [0x80, 0, 0, 0, 16] + Array("grpc-status: 2\r\n".utf8))
  }

  @Test func brokenAnswersAreTold() throws {
    for type in ["application/grpc-web", "application/grpc-web-text"] {
      var translation = try #require(request(["Content-Type: \(type)"]).0)
      var head = answer("Content-Type: application/grpc\r\nTransfer-Encoding: chunked\r\n")
      translation.responseHead(&head)
      var cut = translation
      var output = ByteBuffer()
      var trailers = trailers()
      let isValid = cut.responseBody([0, 0, 0, 0, 2, 1].span, to: &output)
      let hasEnded = cut.responseEnded(&trailers, to: &output)
      #expect(isValid && !hasEnded)
      // What looks like the trailers' frame, and comes from the service.
      let isForged = !translation.responseBody([0x80, 0, 0, 0, 0].span, to: &output)
      #expect(isForged)
    }
  }
}
