import HTTP
import Testing

/// What one read has brought of a body leaves in one piece, however small the pieces were in which it came: each costs
/// whoever takes it more than its bytes.
@Suite struct GatheredPiecesTests {
  private static let chunks = String(repeating: "1\r\nx\r\n", count: 1000) + "0\r\n\r\n"
  /// The content of as many chunks, as they leave: a read may take only a part.
  private static let most = 10

  /// How many chunks a body is made of.
  private static func count(_ text: String) -> Int {
    text.split(separator: "\r\n", omittingEmptySubsequences: false).count / 2 - 1
  }

  /// Notes the bodies of requests as they come.
  private static func origin() -> (origin: Origin, came: Noted<String>) {
    let came = Noted<String>()
    let origin = Origin { wire, _ in
      _ = try wire.read(until: "\r\n\r\n")
      came.note(try wire.read(until: "0\r\n\r\n"))
      try wire.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
    }
    return (origin, came)
  }

  @Test func chunksOfRequests() throws {
    let (origin, came) = Self.origin()
    let proxy = try TestProxy(to: origin.port)
    let client = try proxy.connect()
    try client.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + Self.chunks)
    #expect(try client.readMessage().status == 200)
    #expect(came.all.first.map { $0.filter { $0 == "x" }.count } == 1000)
    #expect(Self.count(came.all.first ?? "") <= Self.most)
  }

  @Test func chunksOfAnswers() throws {
    let origin = Origin { wire, _ in
      _ = try wire.readHead()
      try wire.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + Self.chunks)
    }
    let proxy = try TestProxy(to: origin.port)
    let client = try proxy.connect()
    try client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
    _ = try client.read(until: "\r\n\r\n")
    let body = try client.read(until: "0\r\n\r\n")
    #expect(body.filter { $0 == "x" }.count == 1000)
    #expect(Self.count(body) <= Self.most)
  }

  /// Small messages on two streams in turn, as calls of gRPC share a connection: each has its own, in one chunk.
  @Test func framesOfRequests() throws {
    let (origin, came) = Self.origin()
    let proxy = try TestProxy(to: origin.port)
    let client = try proxy.connect()
    let peer = HTTP2Peer(.client, client)
    let calls = try (0..<2).map { _ in try peer.start("POST", ends: false) }
    try peer.flush()
    func frame(_ id: Int, _ text: String) -> [UInt8] {
      [0, 0, UInt8(text.utf8.count), 0, 0, 0, 0, 0, UInt8(id)] + Array(text.utf8)
    }
    try client.send((0..<1000).flatMap { $0 % 2 == 0 ? frame(1, "xxxxxxxx") : frame(3, "yyyyyyyy") })
    for call in calls { call.end() }
    for call in calls { #expect(try call.whole().status == 200) }
    #expect(came.all.count == 2)
    for body in came.all {
      #expect(body.filter { $0 == (body.contains("x") ? "x" : "y") }.count == 4000)
      #expect(Self.count(body) <= Self.most)
    }
  }
}
