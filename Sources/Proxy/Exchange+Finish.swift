internal import HTTP
internal import Mesh
internal import Policy
internal import Primitives
internal import Telemetry

/// The one place where an exchange's outcome is learnt.
extension Exchange {
  /// Gives back what is held, tells metrics, span and access log, and lets the client's connection go on.
  ///
  /// - Parameters:
  ///   - keep: whether the connection may carry a further exchange.
  ///   - aborted: the caller closes the connection itself.
  func finish(keep: Bool, aborted: Bool = false) {
    guard let connection = downstream else { return }
    if holdsRequestLimit {
      holdsRequestLimit = false
      service?.state.requests.release()
    }
    if attempts.holdsRetryLimit {
      attempts.holdsRetryLimit = false
      service?.state.retries.release()
    }
    let duration = worker.loop.now - times.start
    if answer.reason != .none { worker.metrics.add(answer.reason) }
    worker.metrics.requestFinished(
      rule: rule?.index ?? -1, service: service?.index ?? -1, endpoint: attempts.number > 0 ? endpoint?.index ?? -1 : -1,
      status: answer.status, nanoseconds: duration.nanoseconds)
    worker.metrics.add(.downstreamBytesSent, Int(truncatingIfNeeded: traffic.responseBody))
    if trace.isSampled {
      recordAttemptSpan()
      recordExchangeSpan(duration)
    }
    worker.accessLog?.record(self, duration: duration)
    worker.endExchange(self)
    if !aborted { connection.exchangeFinished(keep: keep) }
  }
}
