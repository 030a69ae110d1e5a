internal import HTTP
internal import Mesh
internal import Policy
internal import Primitives
internal import Reactor
internal import Telemetry

/// The one place where an exchange's outcome is learnt.
extension Exchange {
  /// Gives back what is held, tells metrics, span and access log, and lets the client's connection go on.
  ///
  /// - Parameters:
  ///   - keep: whether the connection may carry a further exchange.
  ///   - aborted: the caller closes the connection itself.
  func finish(keep: Bool, aborted: Bool = false) {
    $downstream { finish(for: $0, keep: keep, aborted: aborted) }
  }

  /// The same, for a caller that has `downstream` at hand.
  func finish(for connection: any DownstreamStream, keep: Bool, aborted: Bool = false) {
    releaseRequestLimit()
    releaseRetryLimit()
    let duration = worker.loop.now - times.start
    handshake?.undo(&request)
    if translatesCall { web?.undo(&request) }
    if answer.reason != .none { metrics.add(answer.reason) }
    metrics.requestFinished(
      rule: $rule { $0.index } ?? -1, service: $service { $0.index } ?? -1, status: answer.outcome,
      nanoseconds: duration.nanoseconds)
    if let client = connection.client { metrics.requestFinished(peer: client.slot, status: answer.outcome) }
    if let code = answer.grpc { metrics.callFinished(service: service?.index ?? -1, code) }
    if trace.isSampled {
      recordAttemptSpan()
      recordExchangeSpan(duration)
    }
    if worker.hasAccessLog, let log = worker.accessLog {
      writeAccessLog(log, of: connection, duration: duration)
    }
    worker.endExchange(self)
    if !aborted { connection.exchangeFinished(keep: keep) }
  }

  /// No endpoint has anything to do with the request any more: its place is another's, however long the client takes for
  /// the rest. As with Envoy's `max_requests`, which counts requests upstream.
  func releaseRequestLimit() {
    guard holdsRequestLimit else { return }
    holdsRequestLimit = false
    $service { $0.state.endRequest() }
  }

  private func writeAccessLog(_ log: AccessLogSink, of connection: any DownstreamStream, duration: Interval) {
    var entry = AccessLogEntry(
      start: worker.wallTime(of: times.start), target: request.target, peer: connection.peer)
    if connection.isSecure { entry.tls = connection.tls }
    entry.upstreamTLS = attempts.tls
    entry.status = answer.status
    entry.grpc = answer.grpc
    entry.reason = answer.reason
    entry.details = answer.details
    entry.retriesExhausted = attempts.exhausted
    entry.bytesReceived = traffic.request.total
    entry.bytesSent = traffic.response.total
    entry.attempts = attempts.number
    entry.duration = duration
    entry.waiting = times.waiting
    entry.connecting = times.connecting
    entry.upstream = times.upstream
    entry.backoff = times.backOff
    entry.rule = rule?.index ?? -1
    entry.service = service?.index ?? -1
    entry.endpoint = pool?.endpoint.index ?? -1
    entry.trace = trace.context
    entry.identity = connection.client?.identity
    entry.authorization = authorization
    let written = log.append(
      entry, request: request, response: response, layout: worker.layout, now: worker.loop.now)
    if !written { metrics.add(.accessLogDropped) }
  }

  private func recordExchangeSpan(_ duration: Interval) {
    guard let context = trace.context else { return }
    var span = SpanRecord(server: context, start: worker.wallTime(of: times.start), duration: duration)
    describe(&span)
    span.status = UInt16(truncatingIfNeeded: answer.status)
    span.reason = answer.reason
    worker.record(span)
  }

  /// The span of the attempt that ends now: the one whose id the endpoint was sent.
  func recordAttemptSpan() {
    guard let context = trace.context, context.isSampled, attempts.number > 0 else { return }
    var span = SpanRecord(
      attempt: attempts.number - 1, span: trace.attemptSpan, of: context,
      start: worker.wallTime(of: times.attempt),
      duration: worker.loop.now - times.attempt)
    describe(&span)
    span.status = UInt16(truncatingIfNeeded: attempts.status)
    span.endpoint = Int32(truncatingIfNeeded: pool?.endpoint.index ?? -1)
    worker.record(span)
  }

  private func describe(_ span: inout SpanRecord) {
    span.rule = Int32(truncatingIfNeeded: rule?.index ?? -1)
    span.service = Int32(truncatingIfNeeded: service?.index ?? -1)
    span.method = request.method.rawValue
  }
}
