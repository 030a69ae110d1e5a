import Glibc

/// What peers do to connections when things go wrong.
extension Wire {
  /// Resets the connection now (RST), whatever was sent before. The descriptor stays open and useless.
  func reset() {
    var nowhere = sockaddr()
    nowhere.sa_family = sa_family_t(AF_UNSPEC)
    unsafe _ = Glibc.connect(descriptor, &nowhere, socklen_t(MemoryLayout<sockaddr>.size))
  }

  /// From now on this end's kernel takes in no segment and acknowledges none: what the peer sends is lost, what
  /// this end sends arrives.
  func goDeaf() {
    // BPF_RET | BPF_K with 0 bytes to keep.
    var program = [sock_filter(code: 6, jt: 0, jf: 0, k: 0)]
    unsafe program.withUnsafeMutableBufferPointer {
      var filter = unsafe sock_fprog(len: 1, filter: $0.baseAddress)
      unsafe _ = setsockopt(descriptor, SOL_SOCKET, 26, &filter, socklen_t(MemoryLayout<sock_fprog>.size))
    }
  }

  /// Takes 64 KiB at a time from now on, and acknowledges them. A buffer that the kernel has grown to megabytes says nothing
  /// before a sixteenth of it is free.
  func narrow() {
    var size: Int32 = 64 << 10
    unsafe _ = setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &size, 4)
  }

  /// Takes more at a time from now on. One that was opened with a small buffer is read slowly: its peer's kernel
  /// waits for room.
  func widen() {
    var size: Int32 = 4 << 20
    unsafe _ = setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &size, 4)
  }

  /// Bytes sent that the peer's kernel has not taken.
  var unsent: Int {
    var count: Int32 = 0
    unsafe _ = ioctl(descriptor, UInt(0x5411), &count)
    return Int(count)
  }

  /// Bytes that wait to be read.
  var readable: Int {
    var count: Int32 = 0
    unsafe _ = ioctl(descriptor, UInt(0x541B), &count)
    return Int(count)
  }
}

private struct sock_filter {
  var code: UInt16
  var jt: UInt8
  var jf: UInt8
  var k: UInt32
}

@unsafe
private struct sock_fprog {
  var len: UInt16
  var filter: UnsafeMutablePointer<sock_filter>?
}

/// A listener whose queue is full: whoever connects to it waits for an answer that never comes.
final class FullListener: Sendable {
  let port: UInt16
  private let listener: Int32
  private let fillers: [Int32]

  init() {
    (listener, port) = Origin.listen(backlog: 0)
    var fillers: [Int32] = []
    // The queue takes one more than its length; the rest of these wait like everybody.
    for _ in 0..<4 {
      let fd = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue), 0)
      var address = Origin.loopback(port)
      unsafe withUnsafePointer(to: &address) {
        unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          unsafe _ = connect(fd, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
        }
      }
      fillers.append(fd)
    }
    self.fillers = fillers
  }

  deinit {
    for fd in fillers { close(fd) }
    close(listener)
  }
}

extension Wire {
  /// Connects to a unix socket.
  static func connect(path: String) throws -> Wire {
    let fd = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    unsafe withUnsafeMutableBytes(of: &address.sun_path) { target in
      for (index, byte) in path.utf8.prefix(target.count - 1).enumerated() { unsafe target[index] = byte }
    }
    let code = unsafe withUnsafePointer(to: &address) {
      unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe Glibc.connect(fd, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    let wire = Wire(owning: fd)
    if code != 0 { throw Broken.connect(errno) }
    return wire
  }
}
