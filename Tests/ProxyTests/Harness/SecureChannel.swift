import Glibc
import Primitives
import Reactor

/// TLS over a test's blocking connection.
final class SecureChannel {
  private var transport: Transport
  private let loop: EventLoop
  private let store: TLSSessionStore?

  /// Begins as a client and waits for the handshake's end.
  init(_ context: TLSClientContext, over descriptor: Int32, resuming store: TLSSessionStore? = nil) throws {
    loop = try EventLoop()
    self.store = store
    transport = Transport(Socket(owning: dup(descriptor)))
    guard transport.secure(context, resuming: store, on: loop) else { throw TLSFailure(.internalError) }
    try shakeHands()
  }

  /// Begins as a server.
  init(_ context: TLSServerContext, over descriptor: Int32) throws {
    loop = try EventLoop()
    store = nil
    transport = Transport(Socket(owning: dup(descriptor)))
    guard transport.secure(context, received: Span(), on: loop) else { throw TLSFailure(.internalError) }
    try shakeHands()
  }

  var details: TLSDetails? { transport.tlsDetails }

  private func shakeHands() throws {
    while true {
      switch transport.handshake() {
      case .complete: return transport.flush()
      case .failed(let failure): throw failure
      case .underWay: try wait(POLLIN)
      }
    }
  }

  func send(_ bytes: [UInt8]) throws {
    transport.send(bytes.span)
    while transport.queued > 0, transport.writeError == 0 {
      try wait(POLLOUT)
      transport.flush()
    }
    if transport.writeError != 0 { throw Wire.Broken.write(transport.writeError) }
  }

  /// Reads once; empty at the end.
  func read(_ most: Int) throws -> [UInt8] {
    while true {
      switch transport.receive(into: loop.readBuffer, limit: most) {
      case .bytes:
        var bytes: [UInt8] = []
        loop.readBuffer.withBytes { bytes = Array(copying: $0) }
        return bytes
      case .ended:
        if transport.isTruncated { throw TLSFailure(.truncated) }
        return []
      case .failed(let code): throw transport.tlsFailure ?? Wire.Broken.read(code) as any Error
      case .wouldBlock: try wait(POLLIN)
      }
    }
  }

  /// A close_notify.
  func sayGoodbye() { transport.sayGoodbye() }

  /// A close_notify, and the end.
  func finish() { transport.finish() }

  private func wait(_ events: Int32) throws {
    var entry = pollfd(fd: transport.descriptor, events: Int16(events), revents: 0)
    guard unsafe poll(&entry, 1, 20_000) == 1 else { throw Wire.Broken.read(EAGAIN) }
    transport.note(events == POLLIN ? .readable : .writable)
  }
}
