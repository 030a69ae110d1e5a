import Glibc
import Reactor

/// A blocking TCP connection for tests, with a limit on every wait so that a bug ends a test instead of hanging it.
final class Wire: @unchecked Sendable {
  let descriptor: Int32
  private var buffered: [UInt8] = []
  /// Nil while the connection is plain.
  private(set) var channel: SecureChannel?

  init(owning descriptor: Int32, seconds: Int = 20) {
    self.descriptor = descriptor
    var limit = timeval(tv_sec: seconds, tv_usec: 0)
    unsafe _ = setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    unsafe _ = setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    var on: Int32 = 1
    unsafe _ = setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &on, 4)
  }

  deinit { close(descriptor) }

  /// Connects to 127.0.0.1.
  static func connect(port: UInt16, receiveBuffer: Int32? = nil) throws -> Wire {
    let fd = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    if var size = receiveBuffer {
      unsafe _ = setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, 4)
    }
    var address = Origin.loopback(port)
    let code = unsafe withUnsafePointer(to: &address) {
      unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe Glibc.connect(fd, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    let wire = Wire(owning: fd)
    if code != 0 { throw Broken.connect(errno) }
    return wire
  }

  enum Broken: Error, Equatable {
    case connect(Int32)
    case read(Int32)
    case write(Int32)
    /// The peer ended before what was waited for.
    case ended(got: String)
    case malformed(String)
  }

  func send(_ text: String) throws { try send(Array(text.utf8)) }

  func send(_ bytes: [UInt8]) throws {
    if let channel { return try channel.send(bytes) }
    var offset = 0
    while offset < bytes.count {
      let n = unsafe bytes[offset...].withUnsafeBytes {
        unsafe Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      if n <= 0 { throw Broken.write(errno) }
      offset += n
    }
  }

  /// Goes on as TLS, as the client; throws the `TLSFailure` where that fails.
  func secure(_ context: TLSClientContext, resuming store: TLSSessionStore? = nil) throws {
    channel = try SecureChannel(context, over: descriptor, resuming: store)
  }

  /// The same as the server.
  func secure(_ context: TLSServerContext) throws {
    channel = try SecureChannel(context, over: descriptor)
  }

  /// FIN: this side sends nothing more.
  func finish() { _ = shutdown(descriptor, Int32(SHUT_WR)) }

  /// The coming close is a reset.
  func resetOnClose() {
    var linger = linger(l_onoff: 1, l_linger: 0)
    unsafe _ = setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<linger>.size))
  }

  /// Closes now, without waiting for the last reference: reads and writes fail afterwards.
  func end() { _ = shutdown(descriptor, Int32(SHUT_RDWR)) }

  /// Reads once; empty at the end.
  func readSome(_ most: Int = 65536) throws -> [UInt8] {
    if !buffered.isEmpty {
      let taken = Array(buffered.prefix(most))
      buffered.removeFirst(taken.count)
      return taken
    }
    if let channel { return try channel.read(most) }
    var chunk = [UInt8](repeating: 0, count: most)
    let n = unsafe chunk.withUnsafeMutableBytes { unsafe recv(descriptor, $0.baseAddress, $0.count, 0) }
    if n < 0 { throw Broken.read(errno) }
    return Array(chunk.prefix(n))
  }

  /// Everything up to the peer's end.
  func readToEnd() throws -> String {
    var all: [UInt8] = []
    while true {
      let some = try readSome()
      if some.isEmpty { return String(decoding: all, as: UTF8.self) }
      all += some
    }
  }

  /// Up to and with `mark`.
  func read(until mark: String) throws -> String {
    let mark = Array(mark.utf8)
    var all: [UInt8] = []
    while true {
      if let end = all.firstIndex(of: mark) {
        buffered = Array(all[(end + mark.count)...]) + buffered
        return String(decoding: all[..<(end + mark.count)], as: UTF8.self)
      }
      let some = try readSome()
      if some.isEmpty { throw Broken.ended(got: String(decoding: all, as: UTF8.self)) }
      all += some
    }
  }

  /// Exactly so many bytes.
  func read(count: Int) throws -> [UInt8] {
    var all: [UInt8] = []
    while all.count < count {
      let some = try readSome(count - all.count)
      if some.isEmpty { throw Broken.ended(got: "\(all.count) of \(count) bytes") }
      all += some
    }
    return all
  }
}

extension Array where Element == UInt8 {
  func firstIndex(of mark: [UInt8]) -> Int? {
    guard count >= mark.count else { return nil }
    return (0...(count - mark.count)).first {
      self[$0] == mark[0] && Array(self[$0..<($0 + mark.count)]) == mark
    }
  }
}
