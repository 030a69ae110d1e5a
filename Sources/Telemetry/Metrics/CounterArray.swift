internal import Glibc
public import Synchronization

/// A fixed row of 64-bit counters that one thread writes and any thread reads.
///
/// A write is `store(load &+ n)`, both relaxed: a plain addition in memory, without a locked instruction. What
/// is not touched takes no resident memory, since the row comes from `calloc`.
@safe
public struct CounterArray: ~Copyable, @unchecked Sendable {
  // SAFETY: `count` zeroed words, each a valid `Atomic<UInt64>`; every index below is checked against `count`.
  @usableFromInline internal let base: UnsafeMutablePointer<Atomic<UInt64>>
  public let count: Int

  public init(count: Int) {
    // A cache line of room on both sides, so that two workers' rows never share one.
    guard let memory = unsafe calloc(count + 16, 8) else { fatalError("out of memory") }
    // SAFETY: zeroed memory of that size, aligned for words; all-zero bytes are an Atomic<UInt64> of 0.
    unsafe base = (memory + 64).bindMemory(to: Atomic<UInt64>.self, capacity: count)
    self.count = count
  }

  deinit {
    // SAFETY: `base` stands 64 bytes behind what calloc gave; atomics of words need no destruction.
    unsafe free(UnsafeMutableRawPointer(base) - 64)
  }

  /// One comparison, since `count` is never below zero.
  @inlinable @inline(__always)
  internal func holds(_ index: Int) -> Bool { UInt(bitPattern: index) < UInt(bitPattern: count) }

  /// Adds with wrap-around; only ever called by the one writing thread.
  @inlinable
  public func add(_ n: UInt64, at index: Int) {
    precondition(holds(index))
    // SAFETY: checked above.
    unsafe base[index].store(base[index].load(ordering: .relaxed) &+ n, ordering: .relaxed)
  }

  /// Any thread.
  @inlinable
  public subscript(_ index: Int) -> UInt64 {
    precondition(holds(index))
    // SAFETY: checked above.
    return unsafe base[index].load(ordering: .relaxed)
  }
}
