public import Policy
public import Primitives
public import Reactor
internal import Synchronization

/// What is counted for one endpoint of one service over all workers. Lives on from snapshot to snapshot.
public final class EndpointState: Sendable {
  /// Requests being answered: from the choice of the endpoint for an attempt to that attempt's end.
  public let active = SharedCounter()
  /// Connections open or being opened.
  public let connections = SharedCounter()

  /// Since when it is known.
  public let since: MonotonicTime

  private let problem = Mutex<TLSProblem?>(nil)
  /// Whether there is one: asked at each handshake, which is not to wait for a lock.
  private let hasProblem = Atomic(false)

  public init(since: MonotonicTime = Clock.now()) { self.since = since }

  /// Whether requests or connections are left.
  public var isBusy: Bool { active.value > 0 || connections.value > 0 }

  /// Why the last TLS connection to it came to nothing; nil where it did not. Any thread.
  public var tlsProblem: TLSProblem? { problem.withLock { $0 } }

  /// Any thread.
  public func tlsFailed(_ problem: TLSProblem) {
    self.problem.withLock { $0 = problem }
    hasProblem.store(true, ordering: .releasing)
  }

  /// A handshake is complete: what was wrong before is over. Any thread.
  public func tlsSucceeded() {
    guard hasProblem.load(ordering: .acquiring) else { return }
    hasProblem.store(false, ordering: .relaxed)
    problem.withLock { $0 = nil }
  }
}
