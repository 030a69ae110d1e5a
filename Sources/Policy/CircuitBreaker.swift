public import Primitives
public import Synchronization

/// Refuses requests to a service while too many of them fail, exactly over all workers and without a lock.
///
/// Closed, it counts outcomes in a sliding window; at a failure that brings the share of failures to
/// `failureRate` it opens. Open, it refuses everything for `openFor`; then it is half-open and lets
/// `halfOpenRequests` probes through. The first probe to fail opens it again for a fresh `openFor`; once all
/// have succeeded it closes, with an empty window. Probes that give no outcome for `openFor` are taken for lost
/// and others pass in their place, so nothing can wedge it.
///
/// Every admitted request ends in one `record` or `cancel`. Any thread. In the closed state `admit` is one atomic
/// load, and `record` two and one compare-and-exchange; a failure reads the ten slices of the window besides.
public final class CircuitBreaker: Sendable {
  public let settings: Settings
  /// `failureRate` in millionths, so that 3 of 30 is 10 %, which it is not in binary fractions.
  internal let millionths: Int
  internal let probes: Int

  // What is read for every request, what is written for every request, and other objects stay on cache lines apart.
  private let before = InlineArray<7, UInt64>(repeating: 0)
  @usableFromInline internal let phase = Atomic<UInt64>(BreakerPhase(.closed, generation: 0).word)
  /// Open: when probes may begin. Half-open: when probes without an outcome are lost.
  internal let deadline = Atomic<Int64>(.min)
  internal let changed = Atomic<Int64>(.min)
  internal let openings = Atomic<Int>(0)
  internal let halfOpenings = Atomic<Int>(0)
  internal let closings = Atomic<Int>(0)
  private let between = InlineArray<7, UInt64>(repeating: 0)
  internal let window: OutcomeWindow
  private let after = InlineArray<7, UInt64>(repeating: 0)

  /// A closed breaker. Values outside their ranges are brought within.
  public init(_ settings: Settings) {
    self.settings = settings
    let rate = min(1, max(0, settings.failureRate))
    millionths = max(1, Int((rate * 1_000_000).rounded()))
    probes = min(1_000, max(1, settings.halfOpenRequests))
    window = OutcomeWindow(length: settings.window)
  }

  /// Whether a request may pass now.
  @inlinable
  public func admit(now: MonotonicTime) -> Admission {
    let seen = BreakerPhase(word: phase.load(ordering: .acquiring))
    return seen.isClosed ? Admission(.closed, generation: seen.generation) : admitUnlessOpen(now: now)
  }

  /// The outcome of an admitted request. One that was admitted before the last transition changes nothing.
  ///
  /// - Returns: the state into which this outcome has brought the breaker; nil where it did not change it. Of all
  ///   threads only one gets to know of a transition.
  @discardableResult
  public func record(_ admission: Admission, success: Bool, now: MonotonicTime) -> BreakerState? {
    switch admission.kind {
    case .closed: count(admission, success: success, now: now) ? .open : nil
    case .probe where success: probeSucceeded(admission, now: now) ? .closed : nil
    case .probe: probeFailed(admission, now: now) ? .open : nil
    case .open: nil
    }
  }

  /// The end of an admitted request that says nothing about the service (the client left, a limit was reached):
  /// a probe's place is free again.
  public func cancel(_ admission: Admission) {
    guard admission.kind == .probe else { return }
    while true {
      let seen = current
      guard seen.state == .halfOpen, seen.generation == admission.generation, seen.round == admission.round,
        seen.underway > 0
      else { return }
      if move(seen, to: seen.with(underway: seen.underway - 1)) { return }
    }
  }

  /// The state as last left by a request: an open breaker becomes half-open when the next one comes.
  public var state: BreakerState { current.state }

  /// When the state changed last; nil where it never has.
  public var lastTransition: MonotonicTime? {
    let time = changed.load(ordering: .relaxed)
    return time == .min ? nil : MonotonicTime(nanoseconds: time)
  }

  /// How often the breaker has gone into `state` since it was made.
  public func transitions(to state: BreakerState) -> Int { counter(of: state) }

  /// Failures and outcomes that count now; none unless closed.
  public func counted(now: MonotonicTime) -> (failures: Int, total: Int) {
    let seen = current
    return seen.isClosed ? window.sum(now: now, generation: seen.generation) : (0, 0)
  }
}
