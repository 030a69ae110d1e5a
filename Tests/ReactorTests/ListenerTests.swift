import CLinux
import Glibc
import Primitives
import Testing

@testable import Reactor

@Suite struct ListenerTests {
  static let loopback = SocketAddress.v4(address: 0x7F00_0001, port: 0)

  /// A path for a socket of this test's own.
  static func path() -> String { "/tmp/apus-\(getpid())-\(UInt32.random(in: .min ... .max)).sock" }

  /// A listener that tests can hold.
  fileprivate final class Ear {
    private let listener: Listener

    init(_ address: SocketAddress, joining: Bool = false) throws {
      listener = try Listener.open(address, joining: joining)
    }
    init(duplicating other: Ear) throws { listener = try other.listener.duplicate() }

    var address: SocketAddress { listener.address }
    var isShared: Bool { listener.isShared }
    var descriptor: Int32 { listener.descriptor }
    func refuseNewConnections() { listener.refuseNewConnections() }

    /// Who connects next; nil where nobody waits.
    func accept() throws -> SocketAddress? {
      switch listener.accept() {
      case .connection(_, let peer): return peer
      case .none: return nil
      case .exhausted(let code): throw SystemError("accept", code: code)
      }
    }

    /// Waits for somebody.
    func acceptSoon() throws -> SocketAddress? {
      _ = Pair.isReadable(descriptor)
      return try accept()
    }
  }

  /// A connection that tests can hold.
  fileprivate final class Caller {
    private let socket: Socket
    init(_ address: SocketAddress) throws { socket = try Socket.connect(to: address) }
    var address: SocketAddress? { socket.localAddress() }
    var descriptor: Int32 { socket.descriptor }
    var error: Int32 { socket.pendingError() }
  }

  /// The queue can be emptied for good: who stands in it is taken, who comes later is refused at once.
  @Test(arguments: [loopback, .v4(address: 0, port: 0)])
  func noFurtherConnectionsBeginOnceTheyAreRefused(_ address: SocketAddress) throws {
    let ear = try Ear(address)
    let target = SocketAddress.v4(address: 0x7F00_0001, port: ear.address.port)
    let early = try Caller(target)
    #expect(Pair.isReadable(ear.descriptor))
    ear.refuseNewConnections()
    #expect(throws: SystemError("connect", code: ECONNREFUSED)) {
      let late = try Caller(target)
      _ = Pair.isReadable(late.descriptor)
      if case let code = late.error, code != 0 { throw SystemError("connect", code: code) }
    }
    #expect(try ear.accept() == early.address)
    #expect(try ear.accept() == nil)
  }

  private func congestionControl(_ descriptor: Int32) -> String {
    var name = [UInt8](repeating: 0, count: 16)
    var size = socklen_t(name.count)
    #expect(unsafe getsockopt(descriptor, Int32(IPPROTO_TCP), TCP_CONGESTION, &name, &size) == 0)
    return String(decoding: name.prefix { $0 != 0 }, as: UTF8.self)
  }

  /// The host's own choice stays wherever a network may be between.
  @Test func connectionsWithinTheHostAreNotPaced() throws {
    let near = try Ear(Self.loopback)
    #expect(congestionControl(near.descriptor) == "reno")
    let caller = try Caller(near.address)
    #expect(congestionControl(caller.descriptor) == "reno")
    #expect(caller.error == 0)
    let usual = CLinux.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(usual) }
    let everywhere = try Ear(.v4(address: 0, port: 0))
    #expect(congestionControl(everywhere.descriptor) == congestionControl(usual))
  }

  @Test func port0IsReplacedByTheKernelsChoice() throws {
    let ear = try Ear(Self.loopback)
    #expect(ear.address.port != 0)
    #expect(ear.address.host == "127.0.0.1")
    #expect(!ear.isShared)
    #expect(try ear.accept() == nil)
    let caller = try Caller(ear.address)
    #expect(try ear.acceptSoon() == caller.address)
    #expect(try ear.accept() == nil)
  }

  /// A process of its own, in which no descriptor is left.
  @Test func withoutDescriptorsItSaysSo() async throws {
    await #expect(processExitsWith: .success) {
      let ear = try Ear(ListenerTests.loopback)
      let first = try Caller(ear.address)
      var limit = rlimit()
      unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
      // Whatever another thread closes meanwhile has a higher number.
      limit.rlim_cur = 1
      unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
      while dup(STDERR_FILENO) >= 0 {}
      #expect(throws: SystemError("accept", code: EMFILE)) { try ear.acceptSoon() }
      #expect(throws: SystemError("socket", code: EMFILE)) { try Caller(ear.address) }
      // Nothing is lost: it is still there when there is room again.
      limit.rlim_cur = limit.rlim_max
      unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
      #expect(try ear.acceptSoon() == first.address)
    }
  }

  @Test func severalShareAPort() throws {
    let first = try Ear(Self.loopback)
    let second = try Ear(first.address, joining: true)
    #expect(second.address == first.address)
  }

  /// SO_REUSEPORT alone would share it in silence, even with another process.
  @Test func aPortThatIsListenedOnIsInUse() throws {
    let first = try Ear(Self.loopback)
    #expect(throws: SystemError("bind", code: EADDRINUSE)) { _ = try Ear(first.address) }
  }

  @Test func anAddressThatIsNotOursIsRefused() throws {
    #expect(throws: SystemError("bind", code: EADDRNOTAVAIL)) {
      _ = try Ear(.v4(address: 0xC000_0201, port: 0))
    }
  }

  @Test func ipv6() throws {
    let ear = try Ear(.v6(high: 0, low: 1, port: 0))
    #expect(ear.address.host == "::1")
    let caller = try Caller(ear.address)
    #expect(try ear.acceptSoon() == caller.address)
  }

  @Test func aUnixSocketIsSharedByDuplicates() throws {
    let path = Self.path()
    defer { unsafe unlink(path) }
    let ear = try Ear(.unix(path: path))
    #expect(ear.isShared)
    #expect(ear.address == .unix(path: path))
    let copy = try Ear(duplicating: ear)
    #expect(copy.descriptor != ear.descriptor)
    #expect(copy.isShared)
    let caller = try Caller(.unix(path: path))
    #expect(try copy.acceptSoon() == .unix(path: ""))
    #expect(caller.error == 0)
  }

  @Test func aUnixSocketLeavesNoFileBehind() throws {
    let path = Self.path()
    defer { unsafe unlink(path) }
    for refuses in [false, true] {
      let ear = try Ear(.unix(path: path))
      #expect(unsafe access(path, F_OK) == 0)
      if refuses { ear.refuseNewConnections() } else { withExtendedLifetime(consume ear) {} }
      #expect(unsafe access(path, F_OK) != 0)
    }
  }

  /// What stands there now may be a newer process's.
  @Test func theFileOfAnotherSocketStays() throws {
    let path = Self.path()
    defer { unsafe unlink(path) }
    var old: Ear? = try Ear(.unix(path: path))
    unsafe unlink(path)
    let new = try Ear(.unix(path: path))
    #expect(old != nil)
    old = nil
    let caller = try Caller(.unix(path: path))
    #expect(caller.error == 0)
    #expect(try new.acceptSoon() != nil)
  }

  /// A file that a killed process has left is no reason not to start.
  @Test func aStaleFileIsReplaced() throws {
    let (path, first) = (Self.path(), Self.path())
    defer { unsafe unlink(path) }
    do {
      let killed = try Ear(.unix(path: first))
      #expect(unsafe link(first, path) == 0)
      withExtendedLifetime(killed) {}
    }
    #expect(throws: SystemError("connect", code: ECONNREFUSED)) { _ = try Caller(.unix(path: path)) }
    let ear = try Ear(.unix(path: path))
    #expect(try Caller(ear.address).error == 0)
  }

  /// A dual-stack listener's clients have the addresses that they know themselves by.
  @Test func clientsOfIPv4AreTakenForSuch() throws {
    let ear = try Ear(.v6(high: 0, low: 0, port: 0))
    let caller = try Caller(.v4(address: 0x7F00_0001, port: ear.address.port))
    #expect(caller.error == 0)
    #expect(try ear.acceptSoon()?.host == "127.0.0.1")
  }

  @Test func aLivingOneIsLeftAlone() throws {
    let path = Self.path()
    defer { unsafe unlink(path) }
    let living = try Ear(.unix(path: path))
    #expect(throws: SystemError("bind", code: EADDRINUSE)) { _ = try Ear(.unix(path: path)) }
    // It still answers, under its name.
    #expect(try Caller(.unix(path: path)).error == 0)
    #expect(try living.acceptSoon() != nil)
  }

  @Test func aFileThatIsNoSocketIsLeftAlone() throws {
    let path = Self.path()
    defer { unsafe unlink(path) }
    close(unsafe creat(path, 0o600))
    #expect(throws: SystemError("bind", code: EADDRINUSE)) { _ = try Ear(.unix(path: path)) }
    let isThere = unsafe access(path, F_OK) == 0
    #expect(isThere)
  }
}
