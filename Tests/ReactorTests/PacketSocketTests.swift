import CLinux
import Glibc
import Primitives
import Testing

@testable import Reactor

@Suite struct PacketSocketTests {
  /// Both ends.
  final class Ends {
    private let near: PacketSocket
    private let far: PacketSocket

    init() throws {
      let path = ListenerTests.path()
      let listener = try Listener.openPackets(at: path)
      near = try PacketSocket.connect(to: path)
      guard case .connection(let socket, _) = listener.accept() else {
        throw SystemError("accept", code: EAGAIN)
      }
      far = PacketSocket(socket)
    }

    var peer: (user: UInt32, process: Int32)? { far.peer }
    func send(_ bytes: [UInt8], _ descriptors: [Int32] = []) throws -> Bool {
      try near.send(bytes, descriptors)
    }
    func receive() throws -> PacketSocket.Received { try far.receive() }
    func packet() throws -> PacketSocket.Packet {
      guard case .packet(let packet) = try far.receive() else { throw SystemError("recvmsg", code: EAGAIN) }
      return packet
    }
    var descriptor: Int32 { far.descriptor }
  }

  @Test func packetsStayWhole() throws {
    let ends = try Ends()
    #expect(try ends.send([1, 2, 3]))
    #expect(try ends.send(Array(repeating: 7, count: PacketSocket.mostBytes)))
    #expect(try ends.packet().bytes == [1, 2, 3])
    #expect(try ends.packet().bytes.count == PacketSocket.mostBytes)
    guard case .nothing = try ends.receive() else { throw SystemError("recvmsg", code: 0) }
  }

  @Test func whatIsTooLargeIsRefusedWhole() throws {
    let ends = try Ends()
    #expect(try ends.send(Array(repeating: 7, count: PacketSocket.mostBytes + 1), [0]))
    #expect(throws: SystemError("recvmsg", code: EMSGSIZE)) { try ends.packet() }
    #expect(try ends.send([1]))
    #expect(try ends.packet().bytes == [1])
  }

  @Test func descriptorsComeWithThem() throws {
    let ends = try Ends()
    let ear = try Listener.open(ListenerTests.loopback)
    #expect(try ends.send([1], Array(repeating: ear.descriptor, count: PacketSocket.mostDescriptors)))
    let packet = try ends.packet()
    #expect(packet.sockets.count == PacketSocket.mostDescriptors)
    func take() -> SocketAddress? {
      guard let socket = packet.sockets[0].take() else { return nil }
      return socket.localAddress()
    }
    #expect(take() == ear.address)
    #expect(take() == nil)
    #expect(throws: SystemError("sendmsg", code: EINVAL)) {
      try ends.send([1], Array(repeating: 0, count: PacketSocket.mostDescriptors + 1))
    }
  }

  @Test func thePeerIsKnown() throws {
    let peer = try Ends().peer
    #expect(peer?.user == geteuid() && peer?.process == getpid())
  }

  /// It had been sent something that it did not want to hear, said why, and closed.
  @Test func aLastWordIsHeard() throws {
    let path = ListenerTests.path()
    let listener = try Listener.openPackets(at: path)
    let near = try PacketSocket.connect(to: path)
    guard case .connection(let socket, _) = listener.accept() else { return #expect(Bool(false)) }
    #expect(try near.send([1]))
    do {
      let far = PacketSocket(socket)
      #expect(try far.send([2]))
    }
    guard case .packet(let packet) = try near.receive() else { return #expect(Bool(false)) }
    #expect(packet.bytes == [2])
    guard case .ended = try near.receive() else { return #expect(Bool(false)) }
  }

  @Test func theEndIsSeen() throws {
    let path = ListenerTests.path()
    let listener = try Listener.openPackets(at: path)
    var near: PacketSocket? = try PacketSocket.connect(to: path)
    guard case .connection(let socket, _) = listener.accept() else { return #expect(Bool(false)) }
    let far = PacketSocket(socket)
    #expect(near?.descriptor ?? -1 >= 0)
    near = nil
    guard case .ended = try far.receive(until: Clock.now() + .seconds(10)) else {
      return #expect(Bool(false))
    }
  }

  @Test func nobodyElseMayConnect() throws {
    let path = ListenerTests.path()
    let listener = try Listener.openPackets(at: path)
    var status = stat()
    #expect(unsafe lstat(path, &status) == 0)
    #expect(status.st_mode & 0o777 == 0o600)
    #expect(throws: SystemError("bind", code: EADDRINUSE)) {
      _ = try Listener.openPackets(at: path).descriptor
    }
    withExtendedLifetime(listener.descriptor) {}
  }
}
