internal import CLinux
internal import Primitives

extension SocketAddress {
  /// Calls `body` with the address as system calls take it.
  func withRaw<R>(_ body: (UnsafeRawPointer, socklen_t) -> R) -> R {
    switch self {
    case .v4(let address, let port):
      var raw = sockaddr_in()
      raw.sin_family = sa_family_t(AF_INET)
      raw.sin_port = port.bigEndian
      raw.sin_addr.s_addr = address.bigEndian
      return unsafe Self.reinterpret(&raw, body)
    case .v6(let high, let low, let port):
      var raw = sockaddr_in6()
      raw.sin6_family = sa_family_t(AF_INET6)
      raw.sin6_port = port.bigEndian
      // SAFETY: both are 16 bytes of plain data.
      raw.sin6_addr = unsafe unsafeBitCast((high.bigEndian, low.bigEndian), to: in6_addr.self)
      return unsafe Self.reinterpret(&raw, body)
    case .unix(let path):
      var raw = sockaddr_un()
      raw.sun_family = sa_family_t(AF_UNIX)
      // SAFETY: the parser bounds a path to 107 bytes; the struct is zeroed, so a NUL follows.
      unsafe withUnsafeMutableBytes(of: &raw.sun_path) { target in
        for (index, byte) in path.utf8.prefix(target.count - 1).enumerated() { unsafe target[index] = byte }
      }
      return unsafe Self.reinterpret(&raw, body)
    }
  }

  /// Lets a system call fill an address in and reads it; nil where it failed or the family is unknown.
  static func read(_ call: (UnsafeMutableRawPointer, UnsafeMutablePointer<socklen_t>) -> Int32)
    -> SocketAddress?
  {
    var storage = sockaddr_storage()
    var size = socklen_t(MemoryLayout<sockaddr_storage>.size)
    // SAFETY: sockaddr_storage holds every family; the kernel writes at most `size` bytes.
    return unsafe withUnsafeMutablePointer(to: &storage) { pointer in
      guard unsafe call(pointer, &size) == 0 else { return nil }
      return unsafe SocketAddress(raw: UnsafeRawPointer(pointer), size: size)
    }
  }

  /// Reads what accept(2) or getsockname(2) wrote.
  init?(raw: UnsafeRawPointer, size: socklen_t) {
    // SAFETY: the family says which struct the kernel wrote.
    switch unsafe Int32(raw.load(as: sockaddr.self).sa_family) {
    case AF_INET:
      let four = unsafe raw.load(as: sockaddr_in.self)
      self = .v4(address: UInt32(bigEndian: four.sin_addr.s_addr), port: UInt16(bigEndian: four.sin_port))
    case AF_INET6:
      let six = unsafe raw.load(as: sockaddr_in6.self)
      let words = unsafe unsafeBitCast(six.sin6_addr, to: (UInt64, UInt64).self)
      self = .v6(
        high: UInt64(bigEndian: words.0), low: UInt64(bigEndian: words.1),
        port: UInt16(bigEndian: six.sin6_port))
    case AF_UNIX:
      var path: [UInt8] = []
      let offset = MemoryLayout<sa_family_t>.size
      for index in offset..<max(offset, Int(size)) {
        let byte = unsafe raw.load(fromByteOffset: index, as: UInt8.self)
        if byte == 0 { break }
        path.append(byte)
      }
      self = .unix(path: String(decoding: path, as: UTF8.self))
    default: return nil
    }
  }

  private static func reinterpret<T, R>(_ raw: inout T, _ body: (UnsafeRawPointer, socklen_t) -> R) -> R {
    // SAFETY: the pointer is used within the call only.
    unsafe withUnsafeMutablePointer(to: &raw) {
      unsafe body(UnsafeRawPointer($0), socklen_t(MemoryLayout<T>.size))
    }
  }
}
