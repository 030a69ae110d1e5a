import HTTP
import HTTPInvariants
import Primitives
import Reactor

/// One side of an HTTP/2 connection for tests, over our own session: blocking, on one thread, with `Wire`'s limit on
/// every wait. What is sent goes out when the test next waits for something, or flushes.
final class HTTP2Peer {
  let wire: Wire
  let session: HTTP2Session
  /// By their streams' tags. They hold the peer; it holds none of them.
  private var calls: [Known] = []
  private struct Known { weak var call: HTTP2Call? }
  /// Begun by the other side and not accepted yet.
  private var pending: [HTTP2Call] = []
  private(set) var hasSettings = false
  private(set) var goAway: HTTP2ErrorCode?

  init(_ role: HTTP2Session.Role, _ wire: Wire, _ settings: HTTP2Settings = HTTP2Settings()) {
    self.wire = wire
    session = HTTP2Session(role: role, settings: settings, limits: HTTPLimits(), pool: HTTP2StreamPool())
  }

  // MARK: Calls

  /// Client: begins a request.
  /// - Parameters:
  ///   - connect: `:protocol` of an extended CONNECT.
  ///   - ends: there is no body.
  func start(
    _ method: String = "GET", _ path: String = "/", _ fields: [(String, String)] = [],
    connect: String = "", ends: Bool = true
  ) throws -> HTTP2Call {
    var head = MessageHead()
    head.methodName = head.place(method)
    head.connectProtocol = connect.isEmpty ? .empty : head.place(connect)
    head.path = head.place(path)
    head.append(name: Array("host".utf8).span, value: Array("test".utf8).span)
    head.append(fields)
    guard let stream = session.startRequest(head, ends: ends).wrappedValue
    else {
      throw Wire.Broken.ended(got: "no stream can be begun")
    }
    let call = add(stream)
    try flush()
    return call
  }

  /// Client: sends a whole request and waits for its whole answer.
  func exchange(
    _ method: String = "GET", _ path: String = "/", _ fields: [(String, String)] = [], body: [UInt8] = []
  ) throws -> Message {
    let call = try start(method, path, fields, ends: body.isEmpty)
    if !body.isEmpty {
      call.send(body)
      call.end()
    }
    return try call.whole()
  }

  /// Server: the next request, once its head is there; nil when the connection has ended.
  func accept() throws -> HTTP2Call? {
    do {
      try wait { !pending.isEmpty }
    } catch Wire.Broken.ended {
      return nil
    }
    return pending.removeFirst()
  }

  private func add(_ stream: HTTP2Stream) -> HTTP2Call {
    let call = HTTP2Call(self, stream)
    stream.tag = calls.count
    calls.append(Known(call: call))
    return call
  }

  // MARK: Bytes

  /// Sends what waits.
  func flush() throws {
    var output = ByteBuffer()
    while session.hasOutput {
      session.pull(into: &output, limit: 1 << 16)
      if output.isEmpty { break }
      try wire.send(Array(copying: output.bytes))
      output.clear()
    }
    while let event = session.next() { handle(event, []) }
  }

  /// Sends and receives until `condition` holds.
  func wait(until condition: () -> Bool) throws {
    try flush()
    while !condition() {
      let bytes = try wire.readSome()
      if bytes.isEmpty { throw Wire.Broken.ended(got: "the connection's end") }
      try session.receive(bytes.span, now: Clock.now())
      while let event = session.next() { handle(event, bytes) }
      try flush()
    }
  }

  private func handle(_ event: HTTP2Event, _ input: [UInt8]) {
    switch event {
    case .informational(let stream): call(of: stream)?.informational.append(Message(stream.informational))
    case .head(let stream):
      let call = session.role == .server ? add(stream) : self.call(of: stream)
      if let call, session.role == .server { pending.append(call) }
      call?.message = Message(stream.head)
    case .body(let stream, let piece):
      if let call = call(of: stream) {
        call.received(piece.bytes(of: input))
      } else {
        // Nobody looks at it any more.
        session.consume(stream.unconsumed, on: stream)
      }
    case .end(let stream): call(of: stream)?.ended(stream.trailers)
    case .reset(let stream, let code): call(of: stream)?.resetCode = code
    case .malformed(let stream, _): call(of: stream)?.resetCode = .protocolError
    case .closed(let stream): call(of: stream)?.closed()
    case .settings: hasSettings = true
    case .goAway(_, let code): goAway = code
    case .writable, .pong: break
    }
  }

  private func call(of stream: HTTP2Stream) -> HTTP2Call? { stream.tag < 0 ? nil : calls[stream.tag].call }
}

extension MessageHead {
  /// Puts text into the arena.
  mutating func place(_ text: String) -> ByteRange {
    let start = arena.count
    arena.append(Array(text.utf8).span)
    return ByteRange(start, arena.count)
  }

  mutating func append(_ fields: [(String, String)]) {
    for (name, value) in fields { append(name: Array(name.utf8).span, value: Array(value.utf8).span) }
  }
}

extension Array where Element == UInt8 {
  init(copying span: Span<UInt8>) {
    self.init()
    reserveCapacity(span.count)
    for i in span.indices { append(span[i]) }
  }
}
