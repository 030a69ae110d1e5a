/// At most `maximum` of something at a time (connections, pending, requests, retries), exact over all threads.
///
/// The maximum is configuration and immutable; the count is shared state. A changed maximum is a new `Limit`
/// that shares the count of the old one, so what was acquired before a reload is still counted after it, and
/// may be released through either. Any thread.
public struct Limit: Sendable {
  /// 0 admits nothing; `Int.max` everything.
  public let maximum: Int
  @usableFromInline internal let counter: Counter

  @usableFromInline
  internal final class Counter: Sendable {
    @usableFromInline internal let shared = SharedCounter()
  }

  /// A limit that counts from zero.
  public init(_ maximum: Int) {
    self.maximum = maximum
    counter = Counter()
  }

  /// Another maximum over the count of `other`.
  public init(_ maximum: Int, sharing other: Limit) {
    self.maximum = maximum
    counter = other.counter
  }

  /// Counts one more, or returns false where `maximum` is reached. Every true is answered by one `release`.
  @inlinable
  public func tryAcquire() -> Bool { counter.shared.increment(upTo: maximum) }

  @inlinable
  public func release() { counter.shared.decrement() }

  /// How many are held now. Above `maximum` only after that was lowered.
  @inlinable public var current: Int { counter.shared.value }
  @inlinable public var isReached: Bool { current >= maximum }
}
