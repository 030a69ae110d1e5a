import HTTP
import Primitives

/// One stream of an `HTTP2Peer`, as a test sees it.
final class HTTP2Call {
  let peer: HTTP2Peer
  /// Nil once it is over for both sides.
  private var stream: HTTP2Stream?
  /// What has come so far; nil until the head has.
  var message: Message?
  var informational: [Message] = []
  private(set) var hasEnded = false
  /// The other side has given it up.
  var resetCode: HTTP2ErrorCode?
  /// Bytes are not taken, so that the other side's window shuts.
  var holdsWindow = false { didSet { if !holdsWindow { take() } } }

  /// The stream's number; nil once it is over for both sides.
  var id: Int32? { stream?.id }

  struct Reset: Error { let code: HTTP2ErrorCode }

  init(_ peer: HTTP2Peer, _ stream: HTTP2Stream) {
    self.peer = peer
    self.stream = stream
  }

  // MARK: What goes out

  /// Server: the head of the answer, or a 1xx.
  func respond(_ status: Int = 200, _ fields: [(String, String)] = [], ends: Bool = false) throws {
    guard let stream else { return }
    var head = MessageHead()
    head.reset(status: status)
    head.append(fields)
    peer.session.sendHead(head, on: stream, ends: ends)
    try peer.flush()
  }

  /// It waits for `flush`, `wait` or `respond`.
  func send(_ bytes: [UInt8]) {
    if let stream { peer.session.send(bytes.span, on: stream) }
  }

  func send(_ text: String) { send(Array(text.utf8)) }

  /// The message is complete. It waits like `send`.
  func end(_ trailers: [(String, String)] = []) {
    guard let stream else { return }
    var head = MessageHead()
    head.append(trailers)
    peer.session.sendEnd(trailers: head, on: stream)
  }

  func reset(_ code: HTTP2ErrorCode) throws {
    if let stream { peer.session.reset(stream, code) }
    try peer.flush()
  }

  // MARK: What comes

  /// Waits for the head.
  func head() throws -> Message {
    try peer.wait { message != nil || resetCode != nil }
    guard let message else { throw Reset(code: resetCode ?? .noError) }
    return message
  }

  /// Waits for the message's end; throws where it was broken off.
  func whole() throws -> Message {
    try peer.wait { hasEnded || resetCode != nil }
    guard hasEnded, let message else { throw Reset(code: resetCode ?? .noError) }
    return message
  }

  /// Waits for the stream to be given up.
  func broken() throws -> HTTP2ErrorCode {
    try peer.wait { resetCode != nil }
    return resetCode ?? .noError
  }

  /// Waits until so many bytes of the body have come in all, and gives what there is.
  func body(atLeast count: Int) throws -> [UInt8] {
    try peer.wait { (message?.body.count ?? 0) >= count || hasEnded || resetCode != nil }
    return message?.body ?? []
  }

  func received(_ bytes: ArraySlice<UInt8>) {
    message?.body += bytes
    take()
  }

  func ended(_ trailers: borrowing MessageHead) {
    hasEnded = true
    message?.trailers = Message(trailers).fields
  }

  func closed() { stream = nil }

  private func take() {
    if let stream, !holdsWindow { peer.session.consume(stream.unconsumed, on: stream) }
  }
}

extension Message {
  init(_ head: borrowing MessageHead) {
    var fields: [(name: String, value: String)] = []
    for index in head.fields.indices where !head.fields[index].isRemoved {
      let field = head.fields[index]
      fields.append((head.text(of: field.name), head.text(of: field.value)))
    }
    var path = head.text(of: head.path)
    if head.hasQuery { path += "?" + head.text(of: head.query) }
    let line = head.status > 0 ? "HTTP/2 \(head.status)" : "\(head.text(of: head.methodName)) \(path) HTTP/2"
    self.init(startLine: line, fields: fields)
  }

  /// A field's value among the trailers.
  func trailer(_ name: String) -> String? { trailers.first { $0.name == name }?.value }
}
