/// A breaker's whole state but its window, in one word, so that one compare-and-exchange is one transition.
@usableFromInline
internal struct BreakerPhase: Equatable {
  /// 2 bits of state, 10 of round, 10 of probes under way, 10 of successes, 32 of generation.
  @usableFromInline internal var word: UInt64

  @inlinable internal init(word: UInt64) { self.word = word }

  @inlinable
  internal init(
    _ state: BreakerState, generation: UInt32, round: UInt16 = 0, underway: Int = 0, successes: Int = 0
  ) {
    word =
      UInt64(state.rawValue) | UInt64(round & 1023) << 2 | UInt64(underway) << 12 | UInt64(successes) << 22
      | UInt64(generation) << 32
  }

  @inlinable internal var isClosed: Bool { word & 3 == 0 }
  @inlinable internal var state: BreakerState { BreakerState(rawValue: UInt8(word & 3)) ?? .closed }
  /// Raised by every transition.
  @inlinable internal var generation: UInt32 { UInt32(truncatingIfNeeded: word >> 32) }
  /// Half-open: raised when probes were given up for lost, so that they can be told from those that came after.
  @inlinable internal var round: UInt16 { UInt16(truncatingIfNeeded: word >> 2) & 1023 }
  /// Half-open: probes of this round without an outcome yet.
  @inlinable internal var underway: Int { Int(truncatingIfNeeded: word >> 12) & 1023 }
  /// Half-open: probes that have succeeded, of any round.
  @inlinable internal var successes: Int { Int(truncatingIfNeeded: word >> 22) & 1023 }
}

extension BreakerPhase {
  /// The same generation with other probes.
  internal func with(round: UInt16? = nil, underway: Int, successes: Int? = nil) -> BreakerPhase {
    BreakerPhase(
      state, generation: generation, round: round ?? self.round, underway: underway,
      successes: successes ?? self.successes)
  }
}
