internal import CLinux
public import Primitives

/// A non-blocking stream socket, closed when the value goes away.
public struct Socket: ~Copyable {
  public let descriptor: Int32

  /// Takes ownership of an open descriptor; below zero: there is none.
  public init(owning descriptor: Int32) { self.descriptor = descriptor }

  deinit { if descriptor >= 0 { close(descriptor) } }

  /// Begins to connect; readiness to write tells the end, `pendingError` how it went.
  ///
  /// Returns nil for `inProgress` only on unix sockets and loopback races where it ended at once.
  /// - Throws: `SystemError` where it failed at once (no descriptors, no route, a unix socket that is not there).
  public static func connect(to address: SocketAddress) throws(SystemError) -> Socket {
    let socket = try open(family: address)
    socket.tune(for: address)
    let code = unsafe address.withRaw { raw, size in
      // SAFETY: `raw` points at `size` bytes of a socket address.
      unsafe clinux_connect(socket.descriptor, raw, size) == 0 ? 0 : clinux_errno()
    }
    if code != 0 && code != EINPROGRESS { throw SystemError("connect", code: code) }
    return socket
  }

  /// - Parameter type: how it carries bytes: as a stream, or in packets (Unix sockets only).
  static func open(
    family address: SocketAddress, type: __socket_type = SOCK_STREAM
  ) throws(SystemError) -> Socket {
    let family: Int32 =
      switch address {
      case .v4: AF_INET
      case .v6: AF_INET6
      case .unix: AF_UNIX
      }
    let kind = Int32(type.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
    let descriptor = CLinux.socket(family, kind, 0)
    if descriptor < 0 { throw SystemError("socket") }
    return Socket(owning: descriptor)
  }

  /// What every connection from or to `address` wants; accepted sockets have it from their listener.
  borrowing func tune(for address: SocketAddress) {
    if case .unix = address { return }
    // Small answers leave at once.
    _ = clinux_set_option(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, 1)
    // Nothing gets lost or queues up between two sockets of one host: the host's own choice (BBR: a model of the path
    // and a timer that paces) would only cost, 1 to 2 % of a request. Reno is in every kernel and open to everybody.
    // SAFETY: the call reads a literal up to its NUL.
    if address.isLoopback { _ = unsafe clinux_set_congestion_control(descriptor, "reno") }
  }

  /// Takes the error that waits at the socket (SO_ERROR): 0 where a connect has succeeded.
  public borrowing func pendingError() -> Int32 { clinux_socket_error(descriptor) }

  /// Tells the peer that nothing more will be sent.
  public borrowing func shutdownWrite() { _ = CLinux.shutdown(descriptor, Int32(SHUT_WR)) }

  /// Makes the close a reset (RST), so that the peer sees a broken message, not a complete one.
  public borrowing func resetOnClose() {
    var linger = CLinux.linger(l_onoff: 1, l_linger: 0)
    // SAFETY: the kernel reads one struct.
    unsafe _ = setsockopt(
      descriptor, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<CLinux.linger>.size))
  }

  /// The address of this end.
  public borrowing func localAddress() -> SocketAddress? {
    unsafe SocketAddress.read { unsafe clinux_local_address(descriptor, $0, $1) }
  }

  /// The address of the other end.
  public borrowing func peerAddress() -> SocketAddress? {
    unsafe SocketAddress.read { unsafe clinux_peer_address(descriptor, $0, $1) }
  }
}
