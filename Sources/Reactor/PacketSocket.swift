internal import CLinux
public import Primitives

/// A connected Unix socket that carries whole packets (SOCK_SEQPACKET), and descriptors with them (SCM_RIGHTS, unix(7)).
/// Nothing here waits but `receive(until:)`.
public struct PacketSocket: ~Copyable {
  /// Bytes of a packet. What is larger is no packet of ours.
  public static let mostBytes = 64 << 10
  /// Descriptors that go with one packet (SCM_MAX_FD).
  public static let mostDescriptors = Int(CLINUX_MOST_DESCRIPTORS)

  public struct Packet {
    public var bytes: [UInt8]
    public var sockets: [SocketParcel]
  }

  public enum Received {
    case packet(Packet)
    case nothing
    case ended
  }

  private let socket: Socket

  public init(_ socket: consuming Socket) { self.socket = socket }

  /// - Throws: `SystemError`: ENOENT and ECONNREFUSED where nobody listens.
  public static func connect(to path: String) throws(SystemError) -> PacketSocket {
    let address = SocketAddress.unix(path: path)
    let socket = try Socket.open(family: address, type: SOCK_SEQPACKET)
    // SAFETY: `raw` points at `size` bytes of a socket address.
    let code = unsafe address.withRaw { raw, size in unsafe clinux_connect(socket.descriptor, raw, size) }
    if code != 0 { throw SystemError("connect") }
    return PacketSocket(socket)
  }

  public var descriptor: Int32 { socket.descriptor }

  /// Who was at the other end when it connected, or began to listen (SO_PEERCRED).
  public var peer: (user: UInt32, process: Int32)? {
    var (user, process): (UInt32, Int32) = (0, 0)
    // SAFETY: the call writes one number each.
    return unsafe clinux_peer_process(descriptor, &user, &process) == 0 ? (user, process) : nil
  }

  /// False: there is no room at the moment.
  /// - Parameter descriptors: they stay open here, too.
  public func send(_ bytes: [UInt8], _ descriptors: [Int32] = []) throws(SystemError) -> Bool {
    // SAFETY: the kernel reads what the arrays hold.
    let code = unsafe bytes.withUnsafeBytes { bytes in
      unsafe descriptors.withUnsafeBufferPointer {
        unsafe clinux_send_packet(descriptor, bytes.baseAddress, bytes.count, $0.baseAddress, $0.count)
      }
    }
    if code >= 0 { return true }
    if clinux_errno() == EAGAIN { return false }
    throw SystemError("sendmsg")
  }

  /// What has come.
  public func receive() throws(SystemError) -> Received {
    var bytes = [UInt8](repeating: 0, count: Self.mostBytes)
    var descriptors = [Int32](repeating: -1, count: Self.mostDescriptors)
    var found = 0
    // SAFETY: the kernel writes no more than the arrays hold; clinux_receive_packet bounds the descriptors.
    let count = unsafe bytes.withUnsafeMutableBytes { bytes in
      unsafe descriptors.withUnsafeMutableBufferPointer {
        unsafe clinux_receive_packet(descriptor, bytes.baseAddress, bytes.count, $0.baseAddress, &found)
      }
    }
    if count < 0 {
      switch clinux_errno() {
      case EAGAIN: return .nothing
      // The other end has closed without having read everything. That is told once, and before what it has said.
      case ECONNRESET: return try receive()
      default: throw SystemError("recvmsg")
      }
    }
    let sockets = descriptors.prefix(found).map { SocketParcel(Socket(owning: $0)) }
    // A packet without bytes is the end: nobody sends an empty one.
    if count == 0 { return .ended }
    return .packet(Packet(bytes: Array(bytes.prefix(count)), sockets: sockets))
  }

  /// The same, and waits: nothing where nothing has come by then.
  public func receive(until deadline: MonotonicTime) throws(SystemError) -> Received {
    while true {
      let received = try receive()
      guard case .nothing = received else { return received }
      let left = (deadline - Clock.now()).nanoseconds
      if left <= 0 { return .nothing }
      var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      // SAFETY: one pollfd, as said.
      unsafe _ = poll(&waiting, 1, Int32(min((left + 999_999) / 1_000_000, 60_000)))
    }
  }
}
