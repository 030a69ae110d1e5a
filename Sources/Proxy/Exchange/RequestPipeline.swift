internal import HTTP
internal import Mesh
internal import Policy
internal import Primitives
internal import Reactor
internal import Telemetry

/// What happens to a request between its head and its first attempt, top to bottom.
///
/// sanitize → deadline → route → (authorize, rate limit: their place is here) → rewrite, with the trace context. Admission and
/// balancing follow per attempt, in `Exchange.startAttempt`.
enum RequestPipeline {
  /// Prepares the head for forwarding. Returns the reason of a refusal, or nil to go on.
  static func run(_ exchange: Exchange) throws(HTTPError) -> ErrorReason? {
    guard let downstream = exchange.downstream else { return .internalError }
    let worker = exchange.worker

    // Sanitize: what concerned only the client's connection goes; one path for matching and forwarding.
    exchange.isUpgrade = exchange.request.upgrade
    ForwardingRules.removeHopByHop(&exchange.request)
    try PathNormalizer.normalize(&exchange.request)
    if worker.loopGuard.isLooping(exchange.request) { return .loopDetected }

    // Deadline: the caller's own, from here on.
    if exchange.grpc != .none, let timeout = exchange.request.grpcTimeout {
      if timeout <= .zero { return .requestTimeout }
      exchange.times.callEnd = worker.loop.now + timeout
    }

    // Route.
    guard let rule = downstream.door.routes.match(exchange.request, scratch: &worker.matchScratch) else {
      return .noRoute
    }
    exchange.rule = rule
    guard let service = rule.pickBackend(random: &worker.random) else { return .noBackend }
    exchange.service = service

    // Rewrite: who asked, and in which trace (whatever format came in goes out). The rule's filters have the
    // last word.
    worker.loopGuard.mark(&exchange.request, always: rule.filtersRequests)
    ForwardedHeaders.write(
      to: &exchange.request, peer: downstream.peer, trustedHops: downstream.door.trustedHops,
      random: &worker.random)
    exchange.trace.begin(
      &exchange.request, configured: worker.traceFormats, sampler: worker.sampler, random: &worker.random)
    if rule.filtersRequests { rule.requestFilters.apply(to: &exchange.request) }
    return nil
  }
}
