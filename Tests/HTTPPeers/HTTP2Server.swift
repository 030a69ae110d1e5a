internal import HTTP
internal import Primitives
internal import Reactor

/// A server's session over a connection that the test polls.
final class HTTP2Server: HTTP2EventHandler {
  let peer: PeerConnection
  let session: HTTP2Session
  private(set) var requests: [HTTP2Stream] = []
  private(set) var ended: [Int32] = []
  private(set) var closed: [Int32] = []
  private(set) var resets: [HTTP2ErrorCode] = []
  private(set) var bodies: [Int32: [UInt8]] = [:]

  init(_ peer: PeerConnection, _ settings: HTTP2Settings = HTTP2Settings()) {
    self.peer = peer
    session = HTTP2Session(role: .server, settings: settings, limits: HTTPLimits(), pool: HTTP2StreamPool())
  }

  /// Reads and writes what there is.
  func poll() {
    peer.poll()
    let bytes = peer.take()
    try? session.receive(bytes.span, now: Clock.now())
    while session.deliver(to: self, bytes.span) {}
    flush()
  }

  func flush() {
    if peer.isShaking { return }
    var output = ByteBuffer()
    while peer.queued == 0, session.hasOutput {
      session.pull(into: &output, limit: 1 << 16)
      if output.isEmpty { break }
      var bytes: [UInt8] = []
      for index in output.bytes.indices { bytes.append(output.bytes[index]) }
      peer.send(bytes)
      output.clear()
    }
    while session.deliver(to: self, Span()) {}
  }

  func answer(
    _ stream: HTTP2Stream, status: Int = 200, body: [UInt8]? = nil, trailers: [(String, String)] = []
  ) {
    var head = MessageHead()
    head.reset(status: status)
    session.sendHead(head, on: stream)
    if let body { session.send(body.span, on: stream) }
    var last = MessageHead()
    for (name, value) in trailers { last.append(name: Array(name.utf8).span, value: Array(value.utf8).span) }
    session.sendEnd(trailers: last, on: stream)
    flush()
  }

  func begin(_ stream: HTTP2Stream, status: Int = 200) {
    var head = MessageHead()
    head.reset(status: status)
    session.sendHead(head, on: stream)
    flush()
  }

  func headReceived(_ stream: HTTP2Stream) { requests.append(stream) }
  func informationalReceived(_ stream: HTTP2Stream) {}
  func bodyReceived(_ stream: HTTP2Stream, _ range: Range<Int>, of input: Span<UInt8>) {
    for index in range { bodies[stream.id, default: []].append(input[index]) }
    session.consume(range.count, on: stream)
  }
  func endReceived(_ stream: HTTP2Stream) { ended.append(stream.id) }
  func streamReset(_ stream: HTTP2Stream, _ code: HTTP2ErrorCode) { resets.append(code) }
  func messageMalformed(_ stream: HTTP2Stream, _ error: HTTPError) {}
  func streamWritable(_ stream: HTTP2Stream) {}
  func streamClosed(_ stream: HTTP2Stream) { closed.append(stream.id) }
  func settingsReceived() {}
  func goAwayReceived(lastStream: Int32, _ code: HTTP2ErrorCode) {}
  func pongReceived() {}
}
