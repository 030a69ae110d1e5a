internal import HTTP
internal import Mesh
internal import Policy
internal import Primitives
internal import Reactor

/// The listener's bounds on a connection's age and requests.
extension HTTP1Downstream {
  /// Whether the request that has come is the last one: its answer says `Connection: close`.
  var isLastRequest: Bool {
    isLeaving || door.lifetime.isReached(requests: requests) || loop.now >= endOfLife
  }

  /// How long it may lie between two requests. One that grows too old meanwhile ends then.
  var idleTime: Interval {
    // The answer has promised a connection that goes on: a drain, or an age, that came since then does not break
    // the word at once.
    if isLeaving { return worker.timeouts.lingeringClose }
    let left = endOfLife - loop.now
    return min(worker.timeouts.downstreamIdle, max(left, worker.timeouts.lingeringClose))
  }
}
