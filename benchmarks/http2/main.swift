// Cost of one request and its response through two HTTP/2 sessions, a client's and a server's, back to back in memory:
// 16 streams at once, a small request, a response of 128 bytes. In ns; under `valgrind --tool=callgrind` the
// instructions divided by the exchanges say more.
//
// Then the memory that an idle session of each role holds after a burst.
//
//   swift run -c release http2-benchmark [EXCHANGES]

import Glibc
import HTTP
import HTTPInvariants
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
    // What has ended with that is the pool's again.
    while other.session.next() != nil {}
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

final class Texts {
  let question = request()
  let answer = response()
  let body = [UInt8](repeating: 0x78, count: 128)
}

/// Bytes of memory that are in use, as the kernel counts them.
func resident() -> Int {
  let file = unsafe open("/proc/self/statm", O_RDONLY)
  var text = [UInt8](repeating: 0, count: 100)
  let count = unsafe text.withUnsafeMutableBytes { unsafe read(file, $0.baseAddress, $0.count) }
  close(file)
  let words = String(decoding: text.prefix(max(0, count)), as: UTF8.self).split(separator: " ")
  return words.count > 1 ? (Int(words[1]) ?? 0) * 4096 : 0
}

/// A client and a server; `count` requests at once, until all are answered.
func exchange(_ client: Side, _ server: Side, _ count: Int, _ texts: Texts) throws {
  let body = texts.body
  for _ in 0..<count { precondition(!client.session.startRequest(texts.question, ends: true).isNil) }
  var finished = 0
  while finished < count {
    try server.receive(from: client) { event in
      if case .head(let stream) = event {
        server.session.sendHead(texts.answer, on: stream, ends: false)
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

let texts = Texts()
let client = Side(.client, pool)
let server = Side(.server, pool)
let clock = ContinuousClock()
let start = clock.now
for _ in 0..<(exchanges / 16) { try exchange(client, server, 16, texts) }
let time = start.duration(to: clock.now)
let nanoseconds = Double(time.components.seconds) * 1e9 + Double(time.components.attoseconds) / 1e9
print("\(exchanges / 16 * 16) exchanges, \(Int(nanoseconds / Double(max(1, exchanges)))) ns each")

var sides: [Side] = []
sides.reserveCapacity(2000)
let before = resident()
for _ in 0..<1000 {
  let client = Side(.client, pool)
  let server = Side(.server, pool)
  try exchange(client, server, 1, texts)
  try exchange(client, server, 99, texts)
  // Their buffers are the worker's in the proxy.
  client.output.release()
  server.output.release()
  sides.append(client)
  sides.append(server)
}
print("an idle client and an idle server hold \((resident() - before) / 1000) bytes")
