public import Policy
public import Primitives

/// A service's limits and breaker, exact over all workers. What it counts lives on from snapshot to snapshot.
public final class ServiceState: Sendable {
  public let connections: Limit
  /// Exchanges that wait for a connection.
  public let pending: Limit
  public let requests: Limit
  /// Retries under way.
  public let retries: Limit
  /// Nil where the service has none.
  public let breaker: CircuitBreaker?

  /// A state that shares no counts with any other.
  public convenience init(limits: ServiceLimits = ServiceLimits(), breaker: CircuitBreaker? = nil) {
    self.init(
      connections: Limit(limits.connections), pending: Limit(limits.pending),
      requests: Limit(limits.requests),
      retries: Limit(limits.retries), breaker: breaker)
  }

  /// Other limits over the counts of `known`, so that what was taken before still counts.
  internal convenience init(_ limits: ServiceLimits, sharing known: ServiceState, breaker: CircuitBreaker?) {
    self.init(
      connections: Limit(limits.connections, sharing: known.connections),
      pending: Limit(limits.pending, sharing: known.pending),
      requests: Limit(limits.requests, sharing: known.requests),
      retries: Limit(limits.retries, sharing: known.retries), breaker: breaker)
  }

  private init(connections: Limit, pending: Limit, requests: Limit, retries: Limit, breaker: CircuitBreaker?)
  {
    self.connections = connections
    self.pending = pending
    self.requests = requests
    self.retries = retries
    self.breaker = breaker
  }

  // Not inlined: what the state owns is then used by its owner, who need not count a reference to it.

  /// Takes a place for a request; false where the limit is reached.
  @inline(never)
  public func beginRequest() -> Bool { requests.tryAcquire() }

  /// Gives the place back.
  @inline(never)
  public func endRequest() { requests.release() }

  /// Less than an eighth of the places for requests is free.
  public var isNearlyFull: Bool { requests.current >= requests.maximum - requests.maximum / 8 }

  /// `CircuitBreaker.admit`; nil where there is no breaker.
  @inline(never)
  public func admit(now: MonotonicTime) -> Admission? { breaker?.admit(now: now) }

  /// `CircuitBreaker.record`.
  @inline(never)
  public func record(_ admission: Admission, success: Bool, now: MonotonicTime) -> BreakerState? {
    breaker?.record(admission, success: success, now: now)
  }

  /// `CircuitBreaker.cancel`.
  public func cancel(_ admission: Admission) { breaker?.cancel(admission) }
}
