internal import CLinux
public import Primitives

/// A listening socket of one worker. TCP listeners of several workers share a port by SO_REUSEPORT, so that the
/// kernel spreads connections; a unix socket is one descriptor that workers share.
public struct Listener: ~Copyable {
  /// What `accept` found.
  public enum Accepted: ~Copyable {
    case connection(Socket, peer: SocketAddress)
    /// Nothing waits.
    case none
    /// The process or the system has no descriptor or memory left; try again later.
    case exhausted(Int32)
  }

  /// Where it really listens: port 0 was replaced by the kernel's choice.
  public let address: SocketAddress
  public let isShared: Bool
  /// Nil where it has none, or where that is another process's to remove.
  private var file: SocketFile?
  private let socket: Socket

  /// Binds and listens. A unix socket's stale file is removed where nobody answers on it.
  ///
  /// - Parameters:
  ///   - joining: this process listens there already, and this is a further worker's. Else an address that anybody
  ///     listens on is in use: SO_REUSEPORT alone would share another process' connections in silence.
  ///   - isEarly: it is bound and no more: nobody connects before `begin`.
  /// - Throws: `SystemError` (address in use, not permitted, no such interface).
  public static func open(
    _ address: SocketAddress, joining: Bool = false, isEarly: Bool = false, backlog: Int32 = 4096
  ) throws(SystemError) -> Listener {
    if !joining { try probe(address) }
    let socket = try Socket.open(family: address)
    if case .unix(let path) = address {
      removeStale(path)
    } else {
      _ = clinux_set_option(socket.descriptor, SOL_SOCKET, SO_REUSEADDR, 1)
      _ = clinux_set_option(socket.descriptor, SOL_SOCKET, SO_REUSEPORT, 1)
      socket.tune(for: address)
    }
    // SAFETY: `raw` points at `size` bytes of a socket address.
    let code = unsafe address.withRaw { raw, size in unsafe clinux_bind(socket.descriptor, raw, size) }
    if code != 0 { throw SystemError("bind") }
    if !isEarly, listen(socket.descriptor, backlog) != 0 { throw SystemError("listen") }
    let bound = socket.localAddress() ?? address
    return Listener(socket, address: bound, ownsFile: true)
  }

  /// Binds without SO_REUSEPORT and lets go again, which fails where somebody listens.
  private static func probe(_ address: SocketAddress) throws(SystemError) {
    if case .unix = address { return }
    if address.port == 0 { return }
    let socket = try Socket.open(family: address)
    _ = clinux_set_option(socket.descriptor, SOL_SOCKET, SO_REUSEADDR, 1)
    // SAFETY: `raw` points at `size` bytes of a socket address.
    let code = unsafe address.withRaw { raw, size in unsafe clinux_bind(socket.descriptor, raw, size) }
    if code != 0 { throw SystemError("bind") }
  }

  init(_ socket: consuming Socket, address: SocketAddress, ownsFile: Bool) {
    self.socket = socket
    self.address = address
    // Whoever joins or duplicates a listener has the same file.
    file = ownsFile ? SocketFile(of: address) : nil
    isShared = if case .unix = address { true } else { false }
  }

  /// A second handle on a shared (unix) listener, for another worker.
  public borrowing func duplicate() throws(SystemError) -> Listener {
    let copy = clinux_duplicate(socket.descriptor)
    if copy < 0 { throw SystemError("fcntl") }
    return Listener(Socket(owning: copy), address: address, ownsFile: file != nil)
  }

  /// Listens from now on, where it did not yet, and takes charge of a Unix socket's file.
  public mutating func begin(backlog: Int32 = 4096) throws(SystemError) {
    if listen(socket.descriptor, backlog) != 0 { throw SystemError("listen") }
    file = SocketFile(of: address)
  }

  /// Another process listens on the same socket, and goes on with it.
  public mutating func leave() { file = nil }

  /// A unix socket leaves no file behind. While it is open nothing else gets its file's inode.
  deinit { file?.remove() }

  public var descriptor: Int32 { socket.descriptor }

  /// Lets no further connection begin, so that a queue emptied now stays empty once the handshakes under way have
  /// ended: whoever is in the queue when a listener closes is reset. Who comes now is refused at once.
  public borrowing func refuseNewConnections() {
    if let file { file.remove() } else { _ = clinux_refuse_new_connections(socket.descriptor) }
  }

  /// Takes one waiting connection.
  public borrowing func accept() -> Accepted {
    while true {
      var storage = sockaddr_storage()
      var size = socklen_t(MemoryLayout<sockaddr_storage>.size)
      // SAFETY: sockaddr_storage holds every family; the kernel writes at most `size` bytes.
      let (descriptor, peer) = unsafe withUnsafeMutablePointer(to: &storage) { pointer in
        let fd = unsafe clinux_accept(socket.descriptor, pointer, &size)
        return unsafe (fd, fd < 0 ? nil : SocketAddress(raw: UnsafeRawPointer(pointer), size: size))
      }
      if descriptor >= 0 {
        return .connection(Socket(owning: descriptor), peer: peer?.unmapped ?? .unix(path: ""))
      }
      switch clinux_errno() {
      case EAGAIN: return .none
      // These concern the one connection that went away meanwhile (accept(2)).
      case EINTR, ECONNABORTED, EPROTO, EPERM, ENETDOWN, ENOPROTOOPT, EHOSTDOWN, ENONET, EHOSTUNREACH,
        EOPNOTSUPP, ENETUNREACH:
        continue
      // No descriptors (EMFILE, ENFILE), no memory (ENOBUFS, ENOMEM), or a socket that cannot be helped.
      default: return .exhausted(clinux_errno())
      }
    }
  }

  static func removeStale(_ path: String) {
    do throws(SystemError) {
      _ = try Socket.connect(to: .unix(path: path)).descriptor
    } catch {
      // Connecting to a plain file is refused as well: only what was a socket goes.
      if error.code == ECONNREFUSED, unsafe clinux_is_socket_file(path) != 0 { unsafe unlink(path) }
    }
  }
}
