import CLinux
import Primitives
import Testing

@testable import Reactor

@Suite struct TransportTests {
  static let hello = Array("hello".utf8)

  @Test func whatIsSentArrives() throws {
    let pair = try Pair()
    pair.send(Self.hello)
    #expect(pair.queued == 0)
    #expect(pair.totalSent == 5)
    #expect(pair.read() == Self.hello)
  }

  @Test func twoPartsAreOne() throws {
    let pair = try Pair()
    let (head, body) = (Array("head".utf8), Array("body".utf8))
    pair.send(head[...], body[...])
    pair.send(head[...], [])
    #expect(pair.read() == head + body + head)
    #expect(pair.totalSent == 12)
  }

  /// What the socket does not take waits, in order, and goes when there is room.
  @Test(arguments: [false, true]) func aRestWaits(_ inTwoParts: Bool) throws {
    let pair = try Pair(buffer: 4096)
    var sent: [UInt8] = []
    var random = Random(seed: 7)
    for _ in 0..<50 {
      let part = (0..<3000).map { _ in UInt8(truncatingIfNeeded: random.next()) }
      let cut = Int(random.next() % 3000)
      if inTwoParts { pair.send(part[..<cut], part[cut...]) } else { pair.send(part) }
      sent += part
    }
    #expect(pair.queued > 0)
    #expect(Int(pair.totalSent) + pair.queued == sent.count)
    var arrived: [UInt8] = []
    while arrived.count < sent.count {
      arrived += try #require(pair.read())
      pair.note(.writable)
      pair.flush()
    }
    #expect(arrived == sent)
    #expect(pair.queued == 0)
    #expect(pair.writeError == 0)
  }

  /// Without word of the loop's that there is room, nothing is tried.
  @Test func aFullSocketIsNotTriedAgain() throws {
    let pair = try Pair(buffer: 4096)
    pair.send([UInt8](repeating: 1, count: 1 << 20))
    let before = pair.totalSent
    _ = pair.read()
    pair.flush()
    #expect(pair.totalSent == before)
    pair.note(.writable)
    pair.flush()
    #expect(pair.totalSent > before)
  }

  @Test func receivingGoesUpToTheLimit() throws {
    let pair = try Pair()
    pair.write("hello")
    #expect(pair.receive(limit: 2) == .bytes(2))
    #expect(pair.received == "he")
    #expect(pair.isReadable)
    #expect(pair.receive() == .bytes(3))
    #expect(pair.received == "llo")
    // A short read has emptied the socket: the next word is the loop's.
    #expect(!pair.isReadable)
    #expect(pair.receive() == .wouldBlock)
    pair.write("more")
    #expect(pair.receive() == .wouldBlock)
    pair.note(.readable)
    #expect(pair.receive() == .bytes(4))
    pair.note(.readable)
    #expect(pair.receive() == .wouldBlock)
  }

  /// Bytes and an end that come together: the short read does not hide the end.
  @Test func anEndBehindBytesIsSeen() throws {
    let pair = try Pair(tcp: true)
    pair.write("bye")
    pair.finishFar()
    pair.note([.readable, .peerFinished])
    #expect(pair.receiveSoon() == .bytes(3))
    #expect(pair.received == "bye")
    #expect(pair.isReadable)
    #expect(pair.receiveSoon() == .ended)
    #expect(pair.hasPeerFinished)
    #expect(!pair.isReadable)
    // The other direction is open still.
    pair.send(Self.hello)
    #expect(pair.read() == Self.hello)
  }

  @Test func finishEndsAfterWhatWaits() throws {
    let pair = try Pair(buffer: 4096)
    let part = [UInt8](repeating: 1, count: 100_000)
    pair.send(part)
    pair.finish()
    #expect(pair.isFinishing)
    #expect(pair.queued > 0)
    // Nothing is said after the end.
    pair.send(part)
    pair.send(part[...], part[...])
    var count = 0
    while true {
      let bytes = try #require(pair.read())
      if bytes.isEmpty { break }
      count += bytes.count
      pair.note(.writable)
      pair.flush()
    }
    #expect(count == 100_000)
    // The far end may go on.
    pair.write("still here")
    #expect(pair.receiveSoon() == .bytes(10))
  }

  /// A write that fails is remembered, drops what follows, and does not keep an answer from being read.
  @Test func aBrokenPipeLeavesReadingAlone() throws {
    let pair = try Pair()
    pair.write("answer")
    shutdown(pair.far, Int32(SHUT_RD))
    pair.send(Self.hello)
    #expect(pair.writeError == EPIPE)
    pair.send(Self.hello)
    pair.send(Self.hello[...], Self.hello[...])
    #expect(pair.queued == 0)
    #expect(pair.receive() == .bytes(6))
    #expect(pair.received == "answer")
  }

  @Test func aBrokenPipeDropsWhatWaits() throws {
    let pair = try Pair(buffer: 4096)
    pair.send([UInt8](repeating: 1, count: 1 << 20))
    #expect(pair.queued > 0)
    shutdown(pair.far, Int32(SHUT_RD))
    pair.note(.writable)
    pair.flush()
    #expect(pair.writeError == EPIPE)
    #expect(pair.queued == 0)
  }

  @Test func aResetIsTold() throws {
    let pair = try Pair(tcp: true)
    pair.resetFar()
    #expect(pair.receiveSoon() == .failed(ECONNRESET))
    #expect(!pair.isReadable)
  }

  @Test func resetOnCloseIsSeenByThePeer() throws {
    let listener = try Listener.open(.v4(address: 0x7F00_0001, port: 0))
    var far: Int32 = -1
    do {
      let transport = Transport(try Socket.connect(to: listener.address))
      _ = Pair.isReadable(listener.descriptor)
      far = clinux_accept(listener.descriptor, nil, nil)
      transport.resetOnClose()
    }
    defer { close(far) }
    let isReadable = Pair.isReadable(far)
    #expect(isReadable)
    var byte: UInt8 = 0
    let n = unsafe recv(far, &byte, 1, 0)
    #expect(n == -1 && clinux_errno() == ECONNRESET)
  }

  /// The kernel's word on what its peer has taken over.
  @Test func acknowledgedCountsWhatArrived() throws {
    let pair = try Pair(tcp: true)
    let before = pair.acknowledged
    pair.send(Self.hello)
    #expect(pair.read() == Self.hello)
    var rounds = 0
    while pair.acknowledged < before + 5, rounds < 1_000_000 { rounds += 1 }
    #expect(pair.acknowledged == before + 5)
    // Not TCP: everything may have arrived.
    #expect(try Pair().acknowledged == .max)
  }
}
