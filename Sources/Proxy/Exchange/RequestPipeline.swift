internal import HTTP
internal import Mesh
internal import Policy
internal import Primitives
internal import Reactor
internal import Telemetry

/// What happens to a request between its head and its first attempt, top to bottom.
///
/// sanitize → deadline → route → cross-origin → (authorize, rate limit: their place is here) → translate → rewrite,
/// with the trace context. Admission and balancing follow per attempt, in `Exchange.startAttempt`.
enum RequestPipeline {
  /// Prepares the head for forwarding. Returns an answer of our own, or nil to go on.
  static func run(_ exchange: Exchange) throws(HTTPError) -> LocalAnswer? {
    let worker = exchange.worker

    // Sanitize: what concerned only the client's connection goes; one path for matching and forwarding.
    exchange.isUpgrade = exchange.request.upgrade || !exchange.request.connectProtocol.isEmpty
    ForwardingRules.removeHopByHop(&exchange.request)
    try PathNormalizer.normalize(&exchange.request)
    if worker.loopGuard.isLooping(exchange.request) { return .error(.loopDetected) }

    // Deadline: the caller's own, from here on.
    if exchange.grpc != .none, let timeout = exchange.request.grpcTimeout {
      if timeout <= .zero { return .error(.requestTimeout) }
      exchange.times.callEnd = worker.loop.now + timeout
    }

    // Route.
    let door = exchange.$downstream { $0.listener } ?? Lent()
    let rule = door { $0.routes.match(exchange.request, scratch: &worker.matchScratch) } ?? Lent()
    if rule.isNil { return .error(.noRoute) }
    exchange.$rule = rule

    // Cross-origin: a browser's question is answered here.
    if let verdict = rule({ $0.cors?.judge(exchange.request) }) ?? nil {
      exchange.cors = verdict
      if verdict.isPreflight { return .preflight }
    }
    exchange.$service = rule { $0.pickBackend(random: &worker.random) } ?? Lent()
    if exchange.$service.isNil { return .error(.noBackend) }

    // Translate: what the service does not speak.
    if exchange.grpc.isWeb, exchange.$service({ worker.usesHTTP2($0, guess: true) }) ?? false {
      exchange.web = GRPCWebTranslation(request: &exchange.request)
    }
    if exchange.isUpgrade, let refusal = exchange.translateUpgrade() { return .error(refusal) }

    // Rewrite: who asked, and in which trace (whatever format came in goes out). The rule's filters have the
    // last word.
    let isFiltered = rule { $0.filtersRequests } ?? false
    worker.loopGuard.mark(&exchange.request, always: isFiltered)
    exchange.$downstream {
      ForwardedHeaders.write(
        to: &exchange.request, peer: $0.peer, isSecure: $0.isSecure,
        trustedHops: door { $0.trustedHops } ?? 0,
        random: &worker.random)
    }
    // HTTP/1.0 may ask without one; no version after it may.
    if exchange.request.authority.isEmpty, exchange.request.index(of: .host) == nil {
      exchange.request.append(.host, Array((exchange.service?.name ?? "").utf8).span)
    }
    exchange.trace.begin(
      &exchange.request, configured: worker.traceFormats, sampler: worker.sampler, random: &worker.random)
    if isFiltered { rule { $0.requestFilters.apply(to: &exchange.request) } }
    return nil
  }
}
