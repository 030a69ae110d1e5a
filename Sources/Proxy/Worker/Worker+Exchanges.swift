internal import HTTP
internal import Mesh
internal import Policy
internal import Primitives
internal import Reactor
internal import Synchronization
internal import Telemetry

/// Exchanges are used again, with their memory; balancers choose where they go.
extension Worker {
  func beginExchange(on stream: LentDownstream) -> Lent<Exchange> {
    let exchange = spare.popLast() ?? newExchange()
    if spare.count < fewestSpare { fewestSpare = spare.count }
    exchange { $0.begin(on: stream, now: loop.now) }
    metrics.add(.exchanges)
    return exchange
  }

  private func newExchange() -> Lent<Exchange> {
    let exchange = Exchange(worker: self)
    exchange.token = exchanges.insert(exchange)
    return Lent(exchange)
  }

  func endExchange(_ exchange: Exchange) {
    metrics.subtract(.exchanges)
    exchange.reset(keepsBody: spare.count < Self.warmBodies)
    spare.append(Lent(exchange))
    if spare.count > Self.warmExchanges { watchMemory() }
  }

  var activeExchanges: Int { exchanges.count - spare.count }

  /// Chooses an endpoint: its pool, or none where the service has none to use, or is there no more.
  /// - Parameter key: of the request, where the service wants one.
  func balance(
    _ service: Service, key: UInt64?, excluding failed: EndpointMask, isRetry: Bool
  ) -> Lent<UpstreamPool> {
    guard service.index < lentServices.count else { return Lent() }
    let pools = lentServices[service.index]
    return pools { $0.pick(key: key, excluding: failed, isRetry: isRetry, random: &random) } ?? Lent()
  }

  /// Keeps a span for whoever exports it.
  func record(_ span: SpanRecord) {
    let before = spans.dropped
    spans.append(span)
    metrics.add(.spansDropped, Int(spans.dropped - before))
  }
}
