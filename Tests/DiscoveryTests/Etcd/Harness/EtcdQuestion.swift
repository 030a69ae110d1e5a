import HTTP
import Primitives
import Protobuf

@testable import HTTPPeers

/// One call that has come to a member of the cluster. The test answers it.
final class EtcdQuestion {
  /// Which member was asked.
  let member: Int
  let path: String
  let metadata: [String: String]
  private let server: HTTP2Server
  private let stream: HTTP2Stream
  private let id: Int32
  private var taken = 0

  init(_ server: HTTP2Server, _ stream: HTTP2Stream, member: Int) {
    self.server = server
    self.stream = stream
    self.member = member
    id = stream.id
    path = stream.head.text(of: stream.head.path)
    var metadata: [String: String] = [:]
    for index in stream.head.fields.indices {
      let field = stream.head.fields[index]
      metadata[stream.head.text(of: field.name)] = stream.head.text(of: field.value)
    }
    self.metadata = metadata
  }

  /// The next message that is whole.
  func message() -> [UInt8]? {
    let bytes = (server.bodies[id] ?? []).dropFirst(taken)
    guard bytes.count >= 5 else { return nil }
    let length = bytes.dropFirst().prefix(4).reduce(0) { $0 << 8 | Int($1) }
    guard bytes.count >= 5 + length else { return nil }
    taken += 5 + length
    return Array(bytes.dropFirst(5).prefix(length))
  }

  var isReset: Bool { server.closed.contains(id) || server.peer.isOver }

  /// The one answer.
  func answer(_ write: (inout ProtobufWriter) -> Void) {
    server.answer(stream, body: Self.framed(ProtobufWriter.message(write)), trailers: [("grpc-status", "0")])
  }

  /// A failure instead, or a stream's end.
  func fail(_ code: GRPCCode, _ message: String) {
    server.answer(
      stream, trailers: [("grpc-status", "\(code.rawValue)"), ("grpc-message", message)])
  }

  func begin() { server.begin(stream) }

  /// One message of several.
  func send(_ bytes: [UInt8]) {
    server.session.send(Self.framed(bytes).span, on: stream)
    server.flush()
  }

  /// The beginning of a message that is larger than anybody takes.
  func sendTooLong() {
    server.session.send([0, 0x7f, 0xff, 0xff, 0xff].span, on: stream)
    server.flush()
  }

  func end(_ code: GRPCCode, _ message: String) {
    var last = MessageHead()
    for (name, value) in [("grpc-status", "\(code.rawValue)"), ("grpc-message", message)] {
      last.append(name: Array(name.utf8).span, value: Array(value.utf8).span)
    }
    server.session.sendEnd(trailers: last, on: stream)
    server.flush()
  }

  static func framed(_ message: [UInt8]) -> [UInt8] {
    [0] + (0..<4).map { UInt8(truncatingIfNeeded: message.count >> (24 - 8 * $0)) } + message
  }
}
