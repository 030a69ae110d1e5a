import Testing

@testable import Proxy

@Suite struct MemoryBoundTests {
  @Test func theConfiguredBoundHoldsTheStateToo() {
    #expect(Worker.data(within: 64 << 10) == 59 << 10)
    #expect(Worker.data(within: 64 << 20) == (64 << 20) - (5 << 10))
    // The least that may be configured.
    #expect(Worker.data(within: 4 << 10) == 2 << 10)
  }
}
