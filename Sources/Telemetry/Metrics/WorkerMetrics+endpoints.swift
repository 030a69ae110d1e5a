extension WorkerMetrics {
  /// An endpoint has answered an attempt. 168 bytes an endpoint hold all that is counted of it.
  /// - Parameter nanoseconds: from the request's sending to the answer's head; never below zero.
  public func endpointAnswered(_ endpoint: Int, nanoseconds: Int64) {
    endpoints.add(1, row: endpoint, Self.endpointTimes &+ ExposedScale.index(nanoseconds: nanoseconds))
    endpoints.add(
      UInt64(truncatingIfNeeded: nanoseconds), row: endpoint,
      Self.endpointTimes &+ ExposedScale.bucketCount)
  }

  /// An attempt that was sent to the endpoint is over, or one for which there was no connection to be had.
  /// - Parameter failed: and that was the endpoint's fault.
  public func attemptEnded(_ endpoint: Int, failed: Bool) {
    endpoints.add(1, row: endpoint, 0)
    if failed { endpoints.add(1, row: endpoint, 1) }
  }

  /// An attempt is followed by another one. Negative numbers stand for none.
  public func attemptRetried(rule: Int, endpoint: Int) {
    rules.add(1, row: max(rule, -1) &+ 1, Self.ruleRetries)
    if endpoint < 0 { return }
    endpoints.add(1, row: endpoint, 2)
  }

  // A rule: six classes of status, retries.
  static var ruleRetries: Int { 6 }
  // An endpoint: attempts, failed ones, ones that another followed; then the times of its answers by bucket,
  // and their sum.
  static var endpointTimes: Int { 3 }
}
