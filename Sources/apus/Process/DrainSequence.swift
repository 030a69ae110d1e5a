internal import Proxy

/// What ends when. An application beside a sidecar calls others as long as it has requests to answer, and Kubernetes ends
/// both at once: so what comes in drains first, and what the application calls goes on until that is over. Istio has the
/// same order (`drain_listeners?inboundonly`), and then ends without a drain of the rest.
struct DrainSequence: Equatable {
  enum Step: Equatable {
    /// It has its own time.
    case drainAll
    case end
  }

  private(set) var scope: DrainScope

  /// - Parameter hasOutbound: whether any listener is for the application's own calls.
  init(hasOutbound: Bool) { scope = hasOutbound ? .inbound : .all }

  /// Nobody is left in `scope`, or its time is up. Nil: that was known.
  mutating func finished(_ finished: DrainScope) -> Step? {
    guard finished == scope else { return nil }
    if scope == .all { return .end }
    scope = .all
    return .drainAll
  }
}
