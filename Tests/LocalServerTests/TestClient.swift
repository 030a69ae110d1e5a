import Primitives
import Reactor

/// The client's end of a connection, without blocking.
final class TestClient {
  private var transport: Transport
  private let buffer: ReadBuffer
  private(set) var received = ""
  /// The server has closed in order.
  private(set) var hasEnded = false
  /// The connection broke: it was reset.
  private(set) var hasFailed = false

  init(to address: SocketAddress) throws {
    transport = Transport(try Socket.connect(to: address))
    // Only for its buffer: tests poll.
    buffer = try EventLoop(readSize: 65536).readBuffer
  }

  var isOver: Bool { hasEnded || hasFailed }

  func send(_ text: String) {
    let bytes = Array(text.utf8)
    transport.note(.writable)
    transport.send(bytes.span)
    transport.flush()
  }

  /// FIN after what was sent.
  func finish() { transport.finish() }

  /// Reads what has come; returns everything so far.
  @discardableResult
  func poll() -> String {
    transport.note(.writable)
    transport.flush()
    while !isOver {
      transport.note(.readable)
      switch transport.receive(into: buffer) {
      case .bytes:
        buffer.withBytes { bytes in
          received += unsafe bytes.withUnsafeBufferPointer { unsafe String(decoding: $0, as: UTF8.self) }
        }
      case .wouldBlock: return received
      case .ended: hasEnded = true
      case .failed: hasFailed = true
      }
    }
    return received
  }

  /// What has come, once.
  func take() -> String {
    defer { received = "" }
    return received
  }
}
