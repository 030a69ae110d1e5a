internal import Primitives
internal import Synchronization

/// Outcomes of the last while, in ten slices of time, each in one atomic word: exact over all threads, without a
/// lock, and nothing ever has to be cleared.
///
/// A slice's word holds a tag for what it counts: which stretch of time, in which generation of the breaker.
/// A word with another tag counts as empty, and the next outcome takes it over.
internal struct OutcomeWindow: ~Copyable, Sendable {
  internal static var slices: Int64 { 10 }
  private static let most: UInt64 = (1 << 20) - 1
  private static let tagMask: UInt64 = (1 << 24) - 1

  /// 24 bits of tag, 20 of failures, 20 of outcomes.
  private let words: InlineArray<10, Atomic<UInt64>>
  /// Nanoseconds a slice.
  private let slice: Int64

  internal init(length: Interval) {
    words = InlineArray { _ in Atomic(0) }
    slice = max(1, length.nanoseconds / Self.slices)
  }

  /// Counts an outcome at `now`. `isCurrent` says whether `generation` still lasts: it is asked between
  /// reading a word and replacing it, so that an outcome never overwrites what a later generation counted.
  /// Returns false where the outcome is too late to count.
  internal func add(
    failed: Bool, now: MonotonicTime, generation: UInt32, isCurrent: () -> Bool
  ) -> Bool {
    let stretch = max(0, now.nanoseconds) / slice
    let slot = Int(stretch % Self.slices)
    let tag = Self.tag(stretch, generation)
    while true {
      let seen = words[slot].load(ordering: .sequentiallyConsistent)
      if !isCurrent() { return false }
      var failures: UInt64 = 0
      var total: UInt64 = 0
      if seen >> 40 == tag {
        failures = seen >> 20 & Self.most
        total = seen & Self.most
        if total == Self.most {
          // Full: halving keeps the rate.
          failures >>= 1
          total >>= 1
        }
      } else if seen & Self.most > 0, ((seen >> 40) &- tag) & Self.tagMask < 2048 {
        // Another thread's clock is a whole window ahead of this outcome.
        return false
      }
      let next = tag << 40 | (failures &+ (failed ? 1 : 0)) << 20 | (total &+ 1)
      if words[slot].compareExchange(expected: seen, desired: next, ordering: .sequentiallyConsistent)
        .exchanged
      {
        return true
      }
    }
  }

  /// What `generation` has counted in the window that ends with `now`'s slice.
  internal func sum(now: MonotonicTime, generation: UInt32) -> (failures: Int, total: Int) {
    let last = max(0, now.nanoseconds) / slice
    var failures: UInt64 = 0
    var total: UInt64 = 0
    for stretch in max(0, last &- Self.slices &+ 1)...last {
      let word = words[Int(stretch % Self.slices)].load(ordering: .sequentiallyConsistent)
      if word >> 40 != Self.tag(stretch, generation) { continue }
      failures &+= word >> 20 & Self.most
      total &+= word & Self.most
    }
    return (Int(failures), Int(total))
  }

  /// Two tags are the same for the same round of the slices in the same generation. Generations lie 4099 rounds
  /// apart, so that tags of neighbouring generations meet only after millions of windows.
  private static func tag(_ stretch: Int64, _ generation: UInt32) -> UInt64 {
    (UInt64(stretch / slices) &+ UInt64(generation) &* 4099) & tagMask
  }
}
