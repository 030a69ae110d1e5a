internal import Mesh
internal import Policy
internal import Primitives
internal import Telemetry

/// An exchange over which a snapshot is replaced.
extension Exchange {
  /// What it uses of a snapshot that others let go of.
  struct Kept {
    let rule: RouteRule?
    let service: Service?
    let pool: UpstreamPool?
  }

  /// The rule and the service that it began with, and the endpoint that it is at, stay until it is over. Further attempts
  /// go where the service of that name is now.
  func keepWhatItUses() {
    guard !$rule.isNil || !$service.isNil || !$pool.isNil else { return }
    kept = Kept(rule: rule, service: service, pool: pool)
  }

  /// It waits for a connection to an endpoint that has left: it may as well wait for one to another.
  func leaveRetiredPool() {
    guard let pool, pool.isRetired else { return }
    let other = $service {
      worker.balance($0, key: key(for: $0), excluding: attempts.failed, isRetry: attempts.number > 1)
    }
    if let other = (other ?? Lent()).wrappedValue { return move(to: other) }
    abandonAttempt(.unknown)
    count(.rejectedNoEndpoint)
    reply(.noHealthyEndpoint)
  }
}
