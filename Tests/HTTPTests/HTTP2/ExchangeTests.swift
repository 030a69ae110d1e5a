import HTTP
import HTTPInvariants
import Primitives
import Testing

/// A client and a server session, each other's peer.
@Suite struct ExchangeTests {
  @Test func request() throws {
    let pool = HTTP2StreamPool()
    let client = HTTP2Session(role: .client, settings: HTTP2Settings(), limits: HTTPLimits(), pool: pool)
    let server = HTTP2Session(role: .server, settings: HTTP2Settings(), limits: HTTPLimits(), pool: pool)
    var head = MessageHead()
    read("GET /a?b=c HTTP/1.1\r\nHost: h\r\nX-Y: z\r\n\r\n", into: &head)
    let stream = client.startRequest(head, ends: true)
    #expect(stream { $0.id } == 1)
    var wire = ByteBuffer()
    let now = MonotonicTime(nanoseconds: 0)
    client.pull(into: &wire, limit: 1 << 16)
    try server.receive(wire.bytes, now: now)
    wire.clear()
    while let event = server.next() {
      guard case .end(let stream) = event else { continue }
      #expect(stream.head.text(of: stream.head.target) == "/a?b=c")
      var head = MessageHead()
      head.reset(status: 200)
      head.framing = .length(5)
      server.sendHead(head, on: stream)
      server.send(Array("hello".utf8).span, on: stream)
      server.sendEnd(on: stream)
    }
    server.pull(into: &wire, limit: 1 << 16)
    while server.next() != nil {}
    try client.receive(wire.bytes, now: now)
    var body = 0
    while let event = client.next() {
      guard case .body(let stream, let range) = event else { continue }
      body += range.count
      client.consume(range.count, on: stream)
    }
    #expect(body == 5)
    #expect(client.openStreams == 0)
    #expect(server.openStreams == 0)
  }
}
