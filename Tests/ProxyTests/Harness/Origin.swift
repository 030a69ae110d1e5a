import Glibc
import Synchronization

/// An upstream for tests: every connection is given to `serve` on a thread of its own.
final class Origin: Sendable {
  let port: UInt16
  private let listener: Int32
  private let accepted = Atomic<Int>(0)
  private let open = Mutex<[Wire]>([])

  /// Connections so far.
  var connections: Int { accepted.load(ordering: .acquiring) }

  /// - Parameter serve: gets the connection and its number, from 0; the connection ends when it returns or throws.
  init(_ serve: @escaping @Sendable (Wire, Int) throws -> Void) {
    (listener, port) = Self.listen()
    let listener = self.listener
    detach { [weak self] in
      while true {
        let fd = accept(listener, nil, nil)
        guard fd >= 0, let self else { return }
        let number = self.accepted.add(1, ordering: .acquiringAndReleasing).oldValue
        let wire = Wire(owning: fd)
        self.open.withLock { $0.append(wire) }
        detach {
          try? serve(wire, number)
          wire.end()
          self.forget(wire)
        }
      }
    }
  }

  /// Answers every request on every connection with what `answer` says.
  convenience init(answering answer: @escaping @Sendable (Message) -> String) {
    self.init { wire, _ in
      while true { try wire.send(answer(try wire.readMessage())) }
    }
  }

  /// Answers 200 with `body`.
  convenience init(body: String) {
    self.init(answering: { _ in "HTTP/1.1 200 OK\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)" })
  }

  deinit { stop() }

  /// Refuses connections from now on, and breaks those that are open.
  func stop() {
    _ = shutdown(listener, Int32(SHUT_RDWR))
    for wire in open.withLock({ $0 }) { wire.end() }
  }

  private func forget(_ wire: Wire) { open.withLock { $0.removeAll { $0 === wire } } }

  /// A port on which nothing listens; it stays bound, so that nobody else gets it.
  static func closedPort() -> UInt16 {
    let (fd, port) = listen()
    _ = shutdown(fd, Int32(SHUT_RDWR))
    return port
  }

  /// A port for another process to listen on. Another may get it in between, in theory.
  static func freePort() -> UInt16 {
    let (fd, port) = listen()
    close(fd)
    return port
  }

  static func loopback(_ port: UInt16) -> sockaddr_in {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    return address
  }

  /// A socket that listens on a port of the kernel's choosing.
  static func listen(backlog: Int32 = 1024) -> (Int32, UInt16) {
    let fd = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = loopback(0)
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    unsafe withUnsafeMutablePointer(to: &address) {
      unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe _ = bind(fd, $0, size)
        _ = Glibc.listen(fd, backlog)
        unsafe _ = getsockname(fd, $0, &size)
      }
    }
    return (fd, UInt16(bigEndian: address.sin_port))
  }
}

/// Runs `body` on a thread that nobody joins.
func detach(_ body: @escaping @Sendable () -> Void) {
  final class Box: Sendable {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }
  var thread = pthread_t()
  let box = unsafe Unmanaged.passRetained(Box(body)).toOpaque()
  unsafe pthread_create(
    &thread, nil,
    { context in
      unsafe Unmanaged<Box>.fromOpaque(context!).takeRetainedValue().body()
      return nil
    }, box)
  pthread_detach(thread)
}
