public import Synchronization

/// A counter that several threads change, alone on its cache line: 56 bytes stand on either side, so that
/// whatever a neighbour in memory does, it does not slow this one down. Any thread.
public struct SharedCounter: ~Copyable, Sendable {
  private let before = InlineArray<7, UInt64>(repeating: 0)
  @usableFromInline internal let cell = Atomic<Int>(0)
  private let after = InlineArray<7, UInt64>(repeating: 0)

  public init() {}

  /// The count at some moment during the call.
  @inlinable public var value: Int { cell.load(ordering: .relaxed) }

  @inlinable
  public func increment() { cell.add(1, ordering: .relaxed) }

  /// Takes one off. The count is never below zero where every `decrement` follows its `increment`.
  @inlinable
  public func decrement() {
    let count = cell.subtract(1, ordering: .relaxed)
    assert(count.newValue >= 0)
  }

  /// Adds one unless the count has reached `bound`: never more, whatever other threads do meanwhile, and
  /// never refused below it, which adding first and taking back afterwards could not promise.
  @inlinable
  public func increment(upTo bound: Int) -> Bool {
    var seen = cell.load(ordering: .relaxed)
    while seen < bound {
      let result = cell.weakCompareExchange(expected: seen, desired: seen &+ 1, ordering: .relaxed)
      if result.exchanged { return true }
      seen = result.original
    }
    return false
  }
}
