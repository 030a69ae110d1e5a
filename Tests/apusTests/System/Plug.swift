import Foundation
import Glibc
import Testing

/// A blocking connection or listener for tests of the whole program. Every wait ends after twenty seconds.
final class Plug {
  struct Failure: Error { let call: String }

  private let descriptor: Int32

  private init(owning descriptor: Int32) {
    self.descriptor = descriptor
    var limit = timeval(tv_sec: 20, tv_usec: 0)
    unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
  }

  deinit { close(descriptor) }

  /// Connects to `127.0.0.1:port`.
  convenience init(to address: String) throws {
    let port = try #require(UInt16(address.split(separator: ":").last ?? ""))
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    self.init(owning: descriptor)
    let code = unsafe Self.withLoopback(port) { unsafe connect(descriptor, $0, $1) }
    if code != 0 { throw Failure(call: "connect") }
  }

  /// Listens on a free port of the loopback.
  static func listen() throws -> (listener: Plug, address: String) {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    let plug = Plug(owning: descriptor)
    guard unsafe withLoopback(0, { unsafe bind(descriptor, $0, $1) }) == 0, Glibc.listen(descriptor, 16) == 0
    else {
      throw Failure(call: "bind")
    }
    var bound = sockaddr_in()
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    unsafe withUnsafeMutablePointer(to: &bound) {
      unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe _ = getsockname(descriptor, $0, &size)
      }
    }
    return (plug, "127.0.0.1:\(UInt16(bigEndian: bound.sin_port))")
  }

  func accept() throws -> Plug {
    let accepted = Glibc.accept(descriptor, nil, nil)
    if accepted < 0 { throw Failure(call: "accept") }
    return Plug(owning: accepted)
  }

  func send(_ text: String) throws {
    let bytes = Array(text.utf8)
    let sent = unsafe Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL))
    if sent != bytes.count { throw Failure(call: "send") }
  }

  /// Reads until `text` has come; everything so far where the peer ends before.
  func read(until text: String) throws -> String {
    var received = ""
    var chunk = [UInt8](repeating: 0, count: 4096)
    while !received.contains(text) {
      let count = unsafe recv(descriptor, &chunk, chunk.count, 0)
      if count < 0 { throw Failure(call: "recv") }
      if count == 0 { return received }
      received += String(decoding: chunk[..<count], as: UTF8.self)
    }
    return received
  }

  /// Reads to the peer's end.
  func readToEnd() throws -> String { try read(until: "\u{0}never") }

  private static func withLoopback(_ port: UInt16, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32)
    -> Int32
  {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    return unsafe withUnsafePointer(to: &address) {
      unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
  }
}
