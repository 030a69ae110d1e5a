public import Policy
public import Primitives
public import Reactor

/// What is counted for one endpoint of one service over all workers. Lives on from snapshot to snapshot.
public final class EndpointState: Sendable {
  /// Requests being answered: from the choice of the endpoint for an attempt to that attempt's end.
  public let active = SharedCounter()
  /// Connections open or being opened.
  public let connections = SharedCounter()

  /// Since when it is known.
  public let since: MonotonicTime

  public init(since: MonotonicTime = Clock.now()) { self.since = since }

  /// Whether requests or connections are left.
  public var isBusy: Bool { active.value > 0 || connections.value > 0 }
}
