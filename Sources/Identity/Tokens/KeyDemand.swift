internal import Synchronization

/// Says that a token came whose key nobody knows: it may be one that its issuer has just begun to use. Any thread.
///
/// Only the first of many is heard, until the demand was taken: whoever sends such tokens on purpose costs a load each.
public final class KeyDemand: Sendable {
  private let isRaised = Atomic<Bool>(false)
  private let bell = Mutex<(@Sendable () -> Void)?>(nil)

  public init() {}

  /// What is called when a demand is raised, on the thread that raises it.
  public func setBell(_ ring: @escaping @Sendable () -> Void) { bell.withLock { $0 = ring } }

  func raise() {
    if isRaised.load(ordering: .relaxed) || isRaised.exchange(true, ordering: .acquiringAndReleasing) {
      return
    }
    bell.withLock { $0 }?()
  }

  /// Whether there was one since the last call.
  public func take() -> Bool { isRaised.exchange(false, ordering: .acquiringAndReleasing) }
}
