import HTTP
import Primitives
import Reactor
import Testing

@testable import Proxy

/// What a burst needed is let go when it is over, and what a quiet proxy needs is kept.
@Suite struct MemoryReturnTests {
  private static let count = 100
  /// Timers fire up to a millisecond late.
  private static let look = Worker.memoryLook + .milliseconds(100)

  private func burst(_ driven: DrivenProxy) throws -> HTTP2Peer {
    let client = HTTP2Peer(.client, try driven.connect())
    for _ in 0..<Self.count { _ = try client.start() }
    return client
  }

  @Test func afterABurst() throws {
    let origin = Origin { wire, _ in _ = try wire.readToEnd() }
    let driven = try DrivenProxy(to: [origin.port])
    do {
      let client = try burst(driven)
      driven.run { driven.worker.activeExchanges == Self.count }
      #expect(driven.worker.exchanges.count == Self.count)
      client.wire.reset()
    }
    driven.run { driven.worker.activeExchanges == 0 }
    #expect(driven.worker.spare.count == Self.count)
    #expect(driven.worker.http2Streams.isLarge)
    // They were in use since the last look.
    driven.pass(Self.look)
    #expect(driven.worker.spare.count == Self.count)
    driven.pass(Self.look)
    #expect(driven.worker.spare.count == Worker.warmExchanges)
    #expect(driven.worker.exchanges.count == Worker.warmExchanges)
    #expect(!driven.worker.http2Streams.isLarge)
  }

  @Test func whatIsUsedStays() throws {
    let origin = Origin { wire, _ in _ = try wire.readToEnd() }
    let driven = try DrivenProxy(to: [origin.port])
    for _ in 0..<3 {
      do {
        let client = try burst(driven)
        driven.run { driven.worker.activeExchanges == Self.count }
        client.wire.reset()
      }
      driven.run { driven.worker.activeExchanges == 0 }
      driven.pass(Self.look)
      #expect(driven.worker.spare.count == Self.count)
    }
  }

  /// The control thread hears of it, once, when it is worth the search through the heap.
  @Test func theHeapIsSearchedAfterALargeBurstOnly() throws {
    let origin = Origin { wire, _ in _ = try wire.readToEnd() }
    let driven = try DrivenProxy(to: [origin.port])
    for isLarge in [false, true] {
      var clients: [HTTP2Peer] = []
      for _ in 0..<(isLarge ? 2 : 1) { clients.append(try burst(driven)) }
      driven.run { driven.worker.activeExchanges == Self.count * clients.count }
      for client in clients { client.wire.reset() }
      clients = []
      driven.run { driven.worker.activeExchanges == 0 }
      for _ in 0..<3 { driven.pass(Self.look) }
      #expect(driven.worker.spare.count == Worker.warmExchanges)
      #expect(driven.worker.group.takeMemoryFreed() == isLarge)
      #expect(!driven.worker.group.takeMemoryFreed())
    }
  }
}
