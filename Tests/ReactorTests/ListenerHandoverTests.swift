import CLinux
import Glibc
import Primitives
import Testing

@testable import Reactor

/// One socket, two listeners: in life two processes have them.
@Suite struct ListenerHandoverTests {
  static func copy(of descriptor: Int32) -> Socket { Socket(owning: dup(descriptor)) }

  @Test func whoWaitsInTheQueueIsServedByTheOther() throws {
    var old: Listener? = try Listener.open(ListenerTests.loopback)
    let address = old?.address ?? ListenerTests.loopback
    var new = try Listener(inheriting: Self.copy(of: old?.descriptor ?? -1))
    let caller = try Socket.connect(to: address)
    _ = Pair.isReadable(new.descriptor)
    old?.leave()
    old = nil
    try new.begin()
    #expect(new.address == address)
    guard case .connection(_, let peer) = new.accept() else { return #expect(Bool(false)) }
    #expect(peer == caller.localAddress())
  }

  @Test func onlyAListeningSocketIsTaken() throws {
    let early = try Listener.open(ListenerTests.loopback, isEarly: true)
    for descriptor in [early.descriptor, 0, -1] {
      #expect(throws: SystemError("getsockopt", code: EINVAL)) {
        _ = try Listener(inheriting: Self.copy(of: descriptor)).descriptor
      }
    }
  }

  /// The file is the old one's until the new one begins, and then the new one's.
  @Test func theFileChangesHandsWithTheBeginning() throws {
    let path = ListenerTests.path()
    defer { unsafe unlink(path) }
    func isThere() -> Bool { unsafe access(path, F_OK) == 0 }
    var old: Listener? = try Listener.open(.unix(path: path))
    do {
      let failed = try Listener(inheriting: Self.copy(of: old?.descriptor ?? -1))
      withExtendedLifetime(failed.descriptor) {}
    }
    #expect(isThere())
    var new: Listener? = try Listener(inheriting: Self.copy(of: old?.descriptor ?? -1))
    try new?.begin()
    old?.leave()
    old = nil
    #expect(isThere())
    new = nil
    #expect(!isThere())
  }

  /// Nobody stands in the queue of one that may never be served.
  @Test func anEarlyOneTakesNobody() throws {
    let old = try Listener.open(ListenerTests.loopback)
    var early = try Listener.open(old.address, joining: true, isEarly: true)
    for _ in 0..<32 {
      let caller = try Socket.connect(to: old.address)
      _ = Pair.isReadable(old.descriptor)
      guard case .connection(_, let peer) = old.accept() else { return #expect(Bool(false)) }
      #expect(peer == caller.localAddress())
    }
    try early.begin()
    #expect(clinux_is_listening(early.descriptor) != 0)
  }
}
