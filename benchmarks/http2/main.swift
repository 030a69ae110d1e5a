// Cost of one request and its response through two HTTP/2 sessions, a client's and a server's, back to back in memory:
// 16 streams at once, a small request, a response of 128 bytes. In ns; under `valgrind --tool=callgrind` the
// instructions divided by the exchanges say more.
//
//   swift run -c release http2-benchmark [EXCHANGES]

import HTTP
import Primitives

final class Side {
  let session: HTTP2Session
  var output = ByteBuffer()

  init(_ role: HTTP2Session.Role, _ pool: HTTP2StreamPool) {
    var settings = HTTP2Settings()
    settings.glitchBurst = 1 << 40
    session = HTTP2Session(role: role, settings: settings, limits: HTTPLimits(), pool: pool)
  }

  /// Gives what `other` has to say to this side, and its events to `act`.
  func receive(from other: Side, _ act: (HTTP2Event) -> Void) throws {
    other.session.pull(into: &other.output, limit: 1 << 16)
    try other.output.withBytes { (bytes) throws(HTTP2ConnectionError) in
      try session.receive(bytes, now: MonotonicTime(nanoseconds: 1))
    }
    other.output.clear()
    while let event = session.next() { act(event) }
  }
}

func request() -> MessageHead {
  var head = MessageHead()
  head.arena.append("/api/items/17?page=2")
  head.method = .get
  head.path = ByteRange(0, 13)
  head.query = ByteRange(14, 20)
  head.append(.host, "shop.example")
  head.append(name: "user-agent", value: "bench/1.0")
  head.append(name: "accept", value: "*/*")
  head.append(name: "x-request-id", value: "0af7651916cd43dd8448eb211c80319c")
  return head
}

func response() -> MessageHead {
  var head = MessageHead()
  head.reset(status: 200)
  head.framing = .length(128)
  head.append(name: "content-type", value: "application/json")
  head.append(name: "date", value: "Tue, 24 Nov 2026 20:00:00 GMT")
  head.append(name: "server", value: "origin")
  return head
}

let exchanges = CommandLine.arguments.count > 1 ? Int(CommandLine.arguments[1]) ?? 0 : 200_000
let pool = HTTP2StreamPool()
let client = Side(.client, pool)
let server = Side(.server, pool)
let question = request()
let answer = response()
let body = [UInt8](repeating: 0x78, count: 128)
var finished = 0
let clock = ContinuousClock()
let start = clock.now
while finished < exchanges {
  for _ in 0..<16 { precondition(client.session.startRequest(question, ends: true) != nil) }
  let before = finished
  while finished < before + 16 {
    try server.receive(from: client) { event in
      if case .head(let stream) = event {
        server.session.sendHead(answer, on: stream, ends: false)
        server.session.send(body.span, on: stream)
        server.session.sendEnd(on: stream)
      }
    }
    try client.receive(from: server) { event in
      switch event {
      case .body(let stream, let range): client.session.consume(range.count, on: stream)
      case .closed: finished += 1
      default: break
      }
    }
  }
}
let time = start.duration(to: clock.now)
let nanoseconds = Double(time.components.seconds) * 1e9 + Double(time.components.attoseconds) / 1e9
print("\(finished) exchanges, \(Int(nanoseconds / Double(finished))) ns each")
