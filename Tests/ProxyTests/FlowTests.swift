import Primitives
import Testing

@testable import Proxy

@Suite struct FlowTests {
  static let bound = 64 << 10
  static let piece = 256 << 10

  @Test func atFirstNoMoreThanMayBeHeldIsRead() {
    var flow = Flow()
    #expect(flow.room(Self.bound, queued: 0, piece: Self.piece) == Self.bound)
    #expect(flow.room(Self.bound, queued: 1000, piece: Self.piece) == Self.bound - 1000)
    #expect(flow.room(Self.bound, queued: Self.bound, piece: Self.piece) == 0)
    flow.passed((8 << 20) - 1)
    #expect(flow.room(Self.bound, queued: 0, piece: Self.piece) == Self.bound)
  }

  @Test func aReceiverThatKeptUpGetsLargePieces() {
    var flow = Flow()
    flow.passed(8 << 20)
    #expect(flow.room(Self.bound, queued: 0, piece: Self.piece) == Self.piece)
    #expect(flow.room(1 << 20, queued: 0, piece: Self.piece) == 1 << 20)
    #expect(flow.room(Self.bound, queued: 1, piece: Self.piece) == Self.bound - 1)
  }

  @Test func aShortWaitIsNoStall() {
    var flow = Flow()
    flow.passed(9 << 20)
    flow.waits(MonotonicTime(nanoseconds: 0))
    flow.waits(MonotonicTime(nanoseconds: 90_000_000))
    flow.drained(MonotonicTime(nanoseconds: 100_000_000))
    #expect(flow.room(Self.bound, queued: 0, piece: Self.piece) == Self.piece)
  }

  @Test func aLongWaitBeginsTheProofAnew() {
    var flow = Flow()
    flow.passed(9 << 20)
    flow.waits(MonotonicTime(nanoseconds: 0))
    flow.waits(MonotonicTime(nanoseconds: 90_000_000))
    flow.drained(MonotonicTime(nanoseconds: 100_000_001))
    #expect(flow.room(Self.bound, queued: 0, piece: Self.piece) == Self.bound)
    flow.passed(8 << 20)
    #expect(flow.room(Self.bound, queued: 0, piece: Self.piece) == Self.piece)
    #expect(flow.total == 17 << 20)
  }
}
