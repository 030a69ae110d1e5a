internal import HTTP
internal import Mesh
internal import Policy
internal import Primitives
internal import Reactor
internal import Telemetry

/// What happens to a request between its head and its first attempt, top to bottom.
///
/// sanitize → deadline → route → cross-origin → authenticate → authorize → (rate limit: its place is here) → rewrite,
/// with the trace context. Admission and balancing follow per attempt, in `Exchange.startAttempt`, and so does translation,
/// in `Exchange.connectionReady`: what an endpoint speaks may be known only then.
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
    let routes = door { $0.routes } ?? Lent()
    let rule = routes { $0.match(exchange.request, scratch: &worker.matchScratch) } ?? Lent()
    exchange.$rule = rule

    // Cross-origin: a browser's question is answered here, since it comes without credentials.
    if let verdict = rule({ $0.cors?.judge(exchange.request) }) ?? nil {
      exchange.cors = verdict
      if verdict.isPreflight { return .preflight }
    }

    // Authenticate and authorize: who may not come in does not learn what is there.
    if let refusal = door({ admit(exchange, $0, rule) }) ?? nil { return .error(refusal) }
    if rule.isNil { return .error(.noRoute) }
    exchange.$service = rule { $0.pickBackend(random: &worker.random) } ?? Lent()
    if exchange.$service.isNil { return .error(.noBackend) }
    if exchange.isUpgrade, exchange.cannotOpenTunnel { return .error(.connectRefused) }

    // Rewrite: who asked, and in which trace (whatever format came in goes out). The rule's filters have the
    // last word.
    let isFiltered = rule { $0.filtersRequests } ?? false
    worker.loopGuard.mark(&exchange.request, always: isFiltered)
    exchange.$downstream { downstream in
      door { tellAbout(downstream, at: $0, in: &exchange.request, random: &worker.random) }
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

  /// What a bearer token says of its holder, then who may do what. Nil: the request may go on.
  private static func admit(_ exchange: Exchange, _ door: Door, _ rule: Lent<RouteRule>) -> ErrorReason? {
    if let policy = (rule { $0.tokens } ?? nil) ?? door.tokens,
      let refusal = exchange.authenticate(by: policy)
    {
      return refusal
    }
    let own = rule { $0.authorization } ?? nil
    if door.authorization == nil, own == nil { return nil }
    let isAllowed = exchange.$downstream { exchange.isAuthorized($0, by: door.authorization, own) }
    return isAllowed ?? false ? nil : .accessDenied
  }

  /// Who asked.
  private static func tellAbout(
    _ downstream: any DownstreamStream, at door: Door, in head: inout MessageHead, random: inout Random
  ) {
    ForwardedHeaders.write(
      to: &head, peer: downstream.peer, isSecure: downstream.isSecure, trustedHops: door.trustedHops,
      random: &random)
    ClientCertificateHeader.write(
      to: &head, identity: downstream.client?.identity, door.clientCertificate, trustedHops: door.trustedHops)
  }
}
