internal import CLinux
internal import Primitives

/// Listening sockets that go from one process to another, with whoever waits in their queues.
extension Listener {
  /// Goes on with another process's socket. A Unix socket's file stays the other's until `begin`: where this process
  /// fails before, nobody misses it.
  ///
  /// - Throws: `SystemError` where it is no listening socket.
  public init(inheriting socket: consuming Socket) throws(SystemError) {
    guard clinux_is_listening(socket.descriptor) != 0, let address = socket.localAddress() else {
      throw SystemError("getsockopt", code: EINVAL)
    }
    self.init(socket, address: address, ownsFile: false)
  }

  /// Takes packets and descriptors from processes that may write to its file: this user's, and root's.
  ///
  /// - Throws: `SystemError` (a living process listens there, not permitted, no such directory).
  public static func openPackets(at path: String) throws(SystemError) -> Listener {
    let address = SocketAddress.unix(path: path)
    let socket = try Socket.open(family: address, type: SOCK_SEQPACKET)
    removeStale(path)
    // The file gets the mode of the socket, less the mask. SAFETY: `raw` points at `size` bytes of a socket address.
    _ = fchmod(socket.descriptor, 0o600)
    let code = unsafe address.withRaw { raw, size in unsafe clinux_bind(socket.descriptor, raw, size) }
    if code != 0 { throw SystemError("bind") }
    if listen(socket.descriptor, 16) != 0 { throw SystemError("listen") }
    return Listener(socket, address: address, ownsFile: true)
  }
}
