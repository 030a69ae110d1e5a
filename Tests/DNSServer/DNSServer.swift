import Glibc

/// A name server on loopback, over UDP and TCP on one port. It answers what the test says, when the test polls.
public final class DNSServer {
  public struct Failure: Error {}

  public let port: UInt16
  /// What has been asked so far.
  public private(set) var queries: [DNSQuery] = []
  /// Nil: no answer at all.
  public var answer: (DNSQuery) -> DNSReply? = { _ in DNSReply() }

  private let datagrams: Int32
  private let listener: Int32
  private var connections: [Int32: [UInt8]] = [:]

  public init() throws {
    // The port that UDP gets may be taken for TCP.
    for _ in 0..<20 {
      let datagrams = try Self.socket(SOCK_DGRAM, port: 0)
      let port = Self.port(of: datagrams)
      if let listener = try? Self.socket(SOCK_STREAM, port: port), listen(listener, 16) == 0 {
        self.datagrams = datagrams
        self.listener = listener
        self.port = port
        return
      }
      close(datagrams)
    }
    throw Failure()
  }

  deinit {
    for descriptor in connections.keys { close(descriptor) }
    close(datagrams)
    close(listener)
  }

  /// As one writes it.
  public var address: String { "127.0.0.1:\(port)" }

  public func count(_ name: String, _ type: UInt16) -> Int {
    queries.count { $0.name == name && $0.type == type }
  }

  /// Answers what has come.
  public func poll() {
    while receiveDatagram() {}
    while true {
      let descriptor = accept(listener, nil, nil)
      if descriptor < 0 { break }
      connections[descriptor] = []
    }
    for descriptor in connections.keys { receiveStream(descriptor) }
  }

  private func receiveDatagram() -> Bool {
    var bytes = [UInt8](repeating: 0, count: 4096)
    var from = sockaddr_in()
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    // SAFETY: the kernel writes no more than what the array and the address hold.
    let count = unsafe withUnsafeMutablePointer(to: &from) { address in
      unsafe address.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe recvfrom(datagrams, &bytes, bytes.count, 0, $0, &size)
      }
    }
    guard count >= 0 else { return false }
    if let reply = reply(to: Array(bytes[..<count]), overTCP: false) {
      // SAFETY: the kernel reads the message and the address.
      _ = unsafe withUnsafePointer(to: &from) { address in
        unsafe address.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          unsafe sendto(datagrams, reply, reply.count, 0, $0, size)
        }
      }
    }
    return true
  }

  private func receiveStream(_ descriptor: Int32) {
    var bytes = [UInt8](repeating: 0, count: 4096)
    // SAFETY: the kernel writes no more than what the array holds.
    let count = unsafe recv(descriptor, &bytes, bytes.count, Int32(MSG_DONTWAIT))
    if count == 0 {
      close(descriptor)
      connections[descriptor] = nil
    }
    guard count > 0 else { return }
    connections[descriptor, default: []] += bytes[..<count]
    while let held = connections[descriptor], held.count >= 2 {
      let length = Int(held[0]) << 8 | Int(held[1])
      guard held.count >= 2 + length else { break }
      connections[descriptor] = Array(held[(2 + length)...])
      guard let reply = reply(to: Array(held[2..<(2 + length)]), overTCP: true) else { continue }
      let framed = [UInt8(reply.count >> 8), UInt8(reply.count & 255)] + reply
      // SAFETY: the kernel reads the message. It is small against what a socket holds.
      _ = unsafe send(descriptor, framed, framed.count, 0)
    }
  }

  private func reply(to bytes: [UInt8], overTCP: Bool) -> [UInt8]? {
    guard let (query, end) = DNSQuery.read(bytes, overTCP: overTCP) else { return nil }
    queries.append(query)
    return answer(query)?.message(to: bytes, questionEnd: end, overTCP: overTCP)
  }

  private static func socket(_ type: __socket_type, port: UInt16) throws -> Int32 {
    let descriptor = Glibc.socket(AF_INET, Int32(type.rawValue | SOCK_NONBLOCK.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    // SAFETY: the kernel reads one address.
    let code = unsafe withUnsafePointer(to: &address) { address in
      unsafe address.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard code == 0 else {
      close(descriptor)
      throw Failure()
    }
    return descriptor
  }

  private static func port(of descriptor: Int32) -> UInt16 {
    var address = sockaddr_in()
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    // SAFETY: the kernel writes no more than `size` bytes.
    _ = unsafe withUnsafeMutablePointer(to: &address) { address in
      unsafe address.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe getsockname(descriptor, $0, &size)
      }
    }
    return UInt16(bigEndian: address.sin_port)
  }
}
