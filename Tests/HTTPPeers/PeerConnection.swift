internal import HTTP
internal import Primitives
internal import Reactor

/// The server's end of a connection, plain or over TLS, without blocking. The test decides what it says.
final class PeerConnection {
  private var transport: Transport
  private let loop: EventLoop
  private(set) var received: [UInt8] = []
  private(set) var hasEnded = false
  private(set) var hasFailed = false
  /// The TLS handshake is under way.
  private(set) var isShaking = false

  init(_ socket: consuming Socket, _ tls: TLSServerContext? = nil) throws {
    // Only for its buffers: tests poll.
    loop = try EventLoop(readSize: 65536)
    transport = Transport(socket)
    if let tls {
      guard transport.secure(tls, received: Span(), on: loop) else { throw TLSFailure(.internalError) }
      isShaking = true
    }
  }

  var isOver: Bool { hasEnded || hasFailed }
  var text: String { String(decoding: received, as: UTF8.self) }
  var details: TLSDetails? { transport.tlsDetails }
  var queued: Int { transport.queued }

  func send(_ text: String) { send(Array(text.utf8)) }

  func send(_ bytes: [UInt8]) {
    transport.note(.writable)
    transport.send(bytes.span)
    transport.flush()
  }

  /// FIN, or a close_notify and FIN.
  func finish() { transport.finish() }
  /// FIN without a word.
  func cut() { close() }
  /// RST.
  func reset() {
    transport.resetOnClose()
    close()
  }
  private func close() {
    transport = Transport(Socket(owning: -1))
    hasEnded = true
  }

  /// Reads what has come, and writes what waits.
  @discardableResult
  func poll() -> PeerConnection {
    guard !isOver else { return self }
    transport.note([.readable, .writable])
    if isShaking {
      switch transport.handshake() {
      case .underWay: return self
      case .failed:
        hasFailed = true
        return self
      case .complete: isShaking = false
      }
    }
    transport.flush()
    while !isOver {
      switch transport.receive(into: loop.readBuffer) {
      case .bytes:
        loop.readBuffer.withBytes { bytes in for index in bytes.indices { received.append(bytes[index]) } }
      case .wouldBlock: return self
      case .ended: hasEnded = true
      case .failed: hasFailed = true
      }
    }
    return self
  }

  func take() -> [UInt8] {
    defer { received = [] }
    return received
  }

  /// Takes so many bytes away.
  func drop(_ count: Int) { received.removeFirst(count) }
}
