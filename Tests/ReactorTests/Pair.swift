import CLinux
import Glibc
import Primitives

@testable import Reactor

/// A connected pair: one end as a transport with a loop, the other as a plain descriptor in the test's hands.
final class Pair {
  let far: Int32
  let loop: EventLoop
  private var near: Transport

  /// - Parameters:
  ///   - tcp: over loopback, where resets exist; else a unix socket pair.
  ///   - buffer: bytes that the kernel should hold, roughly.
  init(tcp: Bool = false, buffer: Int32 = 0) throws {
    loop = try EventLoop(readSize: 4096)
    if tcp {
      let listener = try Listener.open(.v4(address: 0x7F00_0001, port: 0))
      near = Transport(try Socket.connect(to: listener.address))
      _ = Self.isReadable(listener.descriptor)
      far = clinux_accept(listener.descriptor, nil, nil)
    } else {
      var ends: [Int32] = [0, 0]
      let code = unsafe socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends)
      if code != 0 { throw SystemError("socketpair", code: clinux_errno()) }
      far = ends[1]
      near = Transport(Socket(owning: ends[0]))
    }
    if buffer > 0 { _ = clinux_set_option(near.descriptor, SOL_SOCKET, SO_SNDBUF, buffer) }
  }

  deinit { close(far) }

  // MARK: The transport's end

  var descriptor: Int32 { near.descriptor }
  var queued: Int { near.queued }
  var totalSent: UInt64 { near.totalSent }
  var writeError: Int32 { near.writeError }
  var isReadable: Bool { near.isReadable }
  var hasPeerFinished: Bool { near.hasPeerFinished }
  var isFinishing: Bool { near.isFinishing }
  var acknowledged: UInt64 { near.acknowledged() }

  func send(_ bytes: [UInt8]) { near.send(bytes.span) }
  func send(_ a: ArraySlice<UInt8>, _ b: ArraySlice<UInt8>) { near.send(Array(a).span, Array(b).span) }
  func note(_ readiness: Readiness) { near.note(readiness) }
  func flush() { near.flush() }
  func finish() { near.finish() }

  func receive(limit: Int = .max) -> Transport.Received { near.receive(into: loop.readBuffer, limit: limit) }

  /// Receives as soon as there is something.
  func receiveSoon() -> Transport.Received {
    guard Self.isReadable(near.descriptor) else { return .wouldBlock }
    near.note(.readable)
    return receive()
  }

  /// What the last receive brought.
  var received: String {
    var bytes: [UInt8] = []
    loop.readBuffer.withBytes { span in for index in span.indices { bytes.append(span[index]) } }
    return String(decoding: bytes, as: UTF8.self)
  }

  // MARK: The far end

  /// Waits for something and reads it; empty at the end, nil for an error.
  func read() -> [UInt8]? {
    guard Self.isReadable(far) else { return nil }
    var bytes = [UInt8](repeating: 0, count: 1 << 20)
    let n = unsafe bytes.withUnsafeMutableBytes { unsafe recv(far, $0.baseAddress, $0.count, 0) }
    return n < 0 ? nil : Array(bytes.prefix(n))
  }

  func write(_ text: String) {
    let bytes = Array(text.utf8)
    _ = unsafe bytes.withUnsafeBytes {
      unsafe CLinux.send(far, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
    }
  }

  func finishFar() { shutdown(far, Int32(SHUT_WR)) }

  /// Ends the connection with a reset: that is what connecting to no address does (connect(2)).
  func resetFar() {
    var linger = linger(l_onoff: 1, l_linger: 0)
    unsafe _ = setsockopt(far, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<CLinux.linger>.size))
    var none = sockaddr_in()
    none.sin_family = sa_family_t(AF_UNSPEC)
    unsafe _ = clinux_connect(far, &none, socklen_t(MemoryLayout<sockaddr_in>.size))
  }

  /// Waits, for at most ten seconds, until there is something to read, an end or an error.
  static func isReadable(_ descriptor: Int32) -> Bool {
    var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    return unsafe poll(&entry, 1, 10_000) == 1
  }
}
