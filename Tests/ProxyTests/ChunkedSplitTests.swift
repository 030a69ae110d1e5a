import Primitives
import Testing

/// The same bytes, however they are cut on their way, are the same messages.
@Suite struct ChunkedSplitTests {
  static let request =
    "POST /1 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
    + "5;a=b\r\nhello\r\n1\r\n,\r\nA\r\n0123456789\r\n0\r\nX-Sum: 16\r\n\r\n"
    + "POST /2 HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc"
  static let answer =
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    + "5;a=b\r\nhello\r\n1\r\n,\r\nA\r\n0123456789\r\n0\r\nX-Sum: 16\r\n\r\n"

  /// Answers with what came: target, body, trailers.
  static func echo() -> Origin {
    Origin { request in
      let trailers = request.trailers.map { "\($0.name)=\($0.value)" }.joined()
      let body = "\(request.startLine.split(separator: " ")[1]) \(request.text) \(trailers)"
      return "HTTP/1.1 200 OK\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
    }
  }

  /// Pieces of 1 to `most` bytes, so that two runs with one seed are cut alike.
  static func pieces(_ text: String, most: Int, seed: UInt64) -> [[UInt8]] {
    var random = Random(seed: seed)
    var rest = Array(text.utf8)[...]
    var pieces: [[UInt8]] = []
    while !rest.isEmpty {
      let count = min(rest.count, 1 + Int(random.next() % UInt64(most)))
      pieces.append(Array(rest.prefix(count)))
      rest = rest.dropFirst(count)
    }
    return pieces
  }

  private func sendsRequests(_ pieces: [[UInt8]]) throws {
    let origin = Self.echo()
    let proxy = try TestProxy(to: origin.port)
    let client = try proxy.connect()
    for piece in pieces { try client.send(piece) }
    #expect(try client.readMessage().text == "/1 hello,0123456789 X-Sum=16")
    #expect(try client.readMessage().text == "/2 abc ")
  }

  private func getsAnswers(_ pieces: [[UInt8]]) throws {
    let origin = Origin { wire, _ in
      while true {
        _ = try wire.readMessage()
        for piece in pieces { try wire.send(piece) }
      }
    }
    let proxy = try TestProxy(to: origin.port)
    let client = try proxy.connect()
    for _ in 0..<2 {
      let answer = try client.exchange("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
      #expect(answer.text == "hello,0123456789")
      #expect(answer.trailers.map(\.value) == ["16"])
    }
    #expect(origin.connections == 1)
  }

  @Test func aClientThatSendsByteByByte() throws {
    try sendsRequests(Self.pieces(Self.request, most: 1, seed: 1))
  }

  @Test func anEndpointThatSendsByteByByte() throws {
    try getsAnswers(Self.pieces(Self.answer, most: 1, seed: 1))
  }

  @Test(arguments: 1...20) func requestsCutAtRandom(_ seed: UInt64) throws {
    try sendsRequests(Self.pieces(Self.request, most: 40, seed: seed))
  }

  @Test(arguments: 1...20) func answersCutAtRandom(_ seed: UInt64) throws {
    try getsAnswers(Self.pieces(Self.answer, most: 40, seed: seed))
  }

  /// Each place by itself: two writes with a read of the proxy's between them, or not.
  @Test func requestsCutInTwoEverywhere() throws {
    let origin = Self.echo()
    let proxy = try TestProxy(to: origin.port)
    let client = try proxy.connect()
    let bytes = Array(Self.request.utf8)
    for cut in 1..<bytes.count {
      try client.send(Array(bytes[..<cut]))
      try client.send(Array(bytes[cut...]))
      #expect(try client.readMessage().text == "/1 hello,0123456789 X-Sum=16", "cut at \(cut)")
      #expect(try client.readMessage().text == "/2 abc ", "cut at \(cut)")
    }
  }

  /// Many chunks in one read, in both directions at once.
  @Test func manySmallChunksGoBothWays() throws {
    let chunks = String(repeating: "1\r\nx\r\n", count: 50_000)
    let origin = Origin { request in
      let back = String(repeating: "1\r\ny\r\n", count: request.body.count)
      return "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\(back)0\r\n\r\n"
    }
    let proxy = try TestProxy(to: origin.port)
    let client = try proxy.connect()
    let answer = try client.exchange(
      "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n\(chunks)0\r\n\r\n")
    #expect(answer.body.count == 50_000)
    #expect(answer.body.allSatisfy { $0 == UInt8(ascii: "y") })
  }
}
