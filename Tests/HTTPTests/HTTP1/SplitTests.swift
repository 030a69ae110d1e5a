import HTTP
import HTTPInvariants
import Primitives
import Testing

/// The same bytes whole, byte by byte and cut at random must mean the same.
@Suite struct SplitTests {
  static let requests = [
    "GET / HTTP/1.1\r\nHost: h\r\n\r\n",
    "\r\nPOST /a/b?c=d&e=f%20g HTTP/1.1\r\nHost: example.com:8080\r\nUser-Agent: a (b; c)\r\nX-Long-Unknown-Name: v\r\n"
      + "x_custom_name: 1\r\nContent-Length: 11\r\nConnection: keep-alive, X-A\r\n\r\nhello world"
      + "DELETE /x HTTP/1.1\r\nHost: h\r\n\r\n",
    "PUT http://a.b/c?d HTTP/1.1\r\nHost: z\r\nTransfer-Encoding: chunked\r\nTE: trailers\r\nTrailer: X-Sum\r\n\r\n"
      + "5;a=b\r\nhello\r\n10\r\n0123456789abcdef\r\n0\r\nX-Sum: 1\r\nHost: x\r\n\r\nGET / HTTP/1.0\r\n\r\n",
    "GET /\u{1} HTTP/1.1\r\nHost: h\r\n\r\n", "GET / HTTP/1.1\r\nHost: h\r\nA: b\nC: d\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: h\r\nA: b\r\n c\r\n\r\n", "GET / HTTP/1.1\r\nHost: h\r\n: b\r\n\r\n",
    "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhelloX\r\n",
    "GET / HTTP/2\r\nHost: h\r\n\r\n", "GET / FOO\nbar baz",
  ]
  static let responses = [
    "HTTP/1.1 200 OK\r\nServer: s\r\nDate: Mon, 23 Nov 2026 23:00:00 GMT\r\nContent-Length: 5\r\n\r\nhello"
      + "HTTP/1.1 204 No Content\r\n\r\nHTTP/1.1 200\r\n\r\nuntil the end",
    "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nA: b\r\n\r\n",
    "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\nraw bytes",
    "HTTP/1.1 200 OK\r\nA: b\r\n c\r\n\r\n", "HTTP/1.1 2000 OK\r\n\r\n", "HTTP/1.0 200 OK\n\n",
  ]

  @Test(arguments: requests)
  func requestsHoweverCut(text: String) {
    let bytes = Array(text.utf8)
    let whole = decode(bytes)
    #expect(whole == Transcript.of(bytes, role: .server, nextSize: { 1 }))
    // Every single cut, then many at random.
    for cut in 1..<bytes.count {
      var first = true
      let split = Transcript.of(bytes, role: .server) {
        defer { first = false }
        return first ? cut : bytes.count
      }
      #expect(split == whole, "cut at \(cut)")
    }
    for seed in 0..<200 as Range<UInt64> {
      var random = Random(seed: seed)
      let split = Transcript.of(bytes, role: .server) { 1 + random.next(below: 12) }
      #expect(split == whole, "seed \(seed)")
    }
  }

  @Test(arguments: responses)
  func responsesHoweverCut(text: String) {
    let bytes = Array(text.utf8)
    let whole = decode(bytes, role: .client, upgrade: true)
    #expect(whole == Transcript.of(bytes, role: .client, upgrade: true, nextSize: { 1 }))
    for cut in 1..<bytes.count {
      var first = true
      let split = Transcript.of(bytes, role: .client, upgrade: true) {
        defer { first = false }
        return first ? cut : bytes.count
      }
      #expect(split == whole, "cut at \(cut)")
    }
    for seed in 0..<200 as Range<UInt64> {
      var random = Random(seed: seed)
      let split = Transcript.of(bytes, role: .client, upgrade: true) { 1 + random.next(below: 12) }
      #expect(split == whole, "seed \(seed)")
    }
  }

  /// Good and bad messages, with bytes changed, taken out and put in at random: every outcome is that of the whole.
  @Test(arguments: 0..<8)
  func mutated(part: Int) {
    var random = Random(seed: 1000 + UInt64(part))
    let interesting: [UInt8] = [0, 9, 10, 13, 32, 35, 44, 47, 48, 58, 59, 95, 127, 128, 255]
    for text in Self.requests + Self.responses {
      let role = text.hasPrefix("HTTP") ? HTTP1Decoder.Role.client : .server
      for _ in 0..<60 {
        var bytes = Array(text.utf8)
        for _ in 0...random.next(below: 3) {
          let place = random.next(below: bytes.count)
          switch random.next(below: 3) {
          case 0: bytes[place] = interesting[random.next(below: interesting.count)]
          case 1: bytes.remove(at: place)
          default: bytes.insert(interesting[random.next(below: interesting.count)], at: place)
          }
        }
        Invariants.check(bytes, role: role)
      }
    }
  }

  /// The work for a head that dribbles in stays linear: the decoder looks at few bytes again.
  @Test func longLinesThatDribble() {
    let value = String(repeating: "x", count: 60_000)
    let bytes = Array("GET / HTTP/1.1\r\nHost: h\r\nA: \(value)\r\n\r\n".utf8)
    var decoder = HTTP1Decoder(role: .server)
    var head = MessageHead()
    var trailers = MessageHead()
    var start = 0
    var event = HTTPEvent.needInput
    for end in 1...bytes.count {
      var offset = 0
      event =
        (try? decoder.next(bytes.span.extracting(start..<end), &offset, head: &head, trailers: &trailers))
        ?? .end
      start += offset
    }
    #expect(event == .head)
    let length = head.fields[1].value.count
    #expect(length == 60_000)
  }
}
