public import HTTP
public import Reactor

/// One worker's counters for one snapshot. The worker alone writes, with plain additions; any thread reads
/// through `MetricsSummary`. Nothing here allocates but a histogram on its first use.
///
/// Indices are the snapshot's dense ones; -1 stands for "none" (no route matched, no service chosen).
public final class WorkerMetrics: Sendable {
  public let layout: MetricsLayout
  @usableFromInline internal let counters: CounterArray
  internal let histograms: HistogramTable
  @usableFromInline internal let firstService: Int
  @usableFromInline internal let firstEndpoint: Int
  internal let firstAuthorization: Int
  internal let firstPeer: Int

  public init(layout: MetricsLayout) {
    self.layout = layout
    // Rule -1 has a slot of its own before the first.
    firstService = Self.firstRule + (layout.rules.count + 1) * Self.ruleStride
    firstEndpoint = firstService + layout.services.count * Self.serviceStride
    firstAuthorization = firstEndpoint + layout.endpoints.count * Self.endpointStride
    firstPeer = firstAuthorization + layout.authorizations.count * Self.authorizationStride
    // What no client uses is never touched, and so takes no memory.
    counters = CounterArray(count: firstPeer + PeerTable.capacity * Self.peerStride)
    histograms = HistogramTable(count: layout.rules.count + 1 + layout.services.count)
  }

  // The row: worker counters, answers of our own by reason, refused messages by rule, failed TLS handshakes by
  // reason, then strides for rules, services, endpoints, rules of authorization and clients with certificates.
  @usableFromInline internal static var firstReason: Int { @inlinable get { 32 } }
  @usableFromInline internal static var firstRefused: Int { @inlinable get { 96 } }
  @usableFromInline internal static var refusedStride: Int { @inlinable get { 96 } }
  @usableFromInline internal static var firstHandshake: Int { @inlinable get { 288 } }
  @usableFromInline internal static var handshakeStride: Int { @inlinable get { 32 } }
  @usableFromInline internal static var firstRule: Int { @inlinable get { 352 } }
  @usableFromInline internal static var ruleStride: Int { @inlinable get { 7 } }
  @usableFromInline internal static var serviceStride: Int { @inlinable get { 64 } }
  @usableFromInline internal static var endpointStride: Int { @inlinable get { 21 } }

  @inlinable
  public func add(_ counter: WorkerCounter, _ n: Int = 1) {
    counters.add(UInt64(truncatingIfNeeded: n), at: counter.rawValue)
  }

  @inlinable
  public func subtract(_ gauge: WorkerCounter, _ n: Int = 1) {
    counters.add(UInt64(truncatingIfNeeded: 0 &- n), at: gauge.rawValue)
  }

  /// Ignored for service -1.
  @inlinable
  public func add(_ counter: ServiceCounter, service: Int, _ n: Int = 1) {
    if service < 0 { return }
    counters.add(
      UInt64(truncatingIfNeeded: n),
      at: firstService &+ service &* Self.serviceStride &+ 6 &+ counter.rawValue)
  }

  @inlinable
  public func subtract(_ gauge: ServiceCounter, service: Int, _ n: Int = 1) {
    add(gauge, service: service, 0 &- n)
  }

  /// An exchange ended for a reason of our own.
  @inlinable
  public func add(_ reason: ErrorReason) {
    counters.add(1, at: Self.firstReason &+ Int(reason.rawValue))
  }

  /// A message was refused by the rule that `error` names: a client's request, or an endpoint's response.
  public func add(refused error: HTTPError, upstream: Bool) {
    counters.add(1, at: Self.firstRefused &+ (upstream ? Self.refusedStride : 0) &+ Int(error.rawValue))
  }

  /// An HTTP/2 connection was ended by the rule that `error` names: a client's, or one to an endpoint.
  public func add(refused error: HTTP2ConnectionError, upstream: Bool) {
    counters.add(1, at: Self.firstRefused &+ (upstream ? Self.refusedStride : 0) &+ Self.place(of: error))
  }

  /// TLS with a client, or with an endpoint, came to nothing.
  public func add(failed reason: TLSFailure.Reason, upstream: Bool) {
    counters.add(
      1, at: Self.firstHandshake &+ (upstream ? Self.handshakeStride : 0) &+ Int(reason.rawValue))
  }

  /// Behind the errors of messages.
  static func place(of error: HTTP2ConnectionError) -> Int { HTTPError.allCases.count + Int(error.rawValue) }

  /// An exchange ended. `status` is what the client got, 0 where it got nothing; `nanoseconds` its whole length.
  /// What its attempts were for their endpoints is told to `attemptEnded`.
  public func requestFinished(rule: Int, service: Int, status: Int, nanoseconds: Int64) {
    let statusClass = status >= 100 && status < 600 ? status / 100 : 0
    let slot = max(rule, -1) &+ 1
    counters.add(1, at: Self.firstRule &+ slot &* Self.ruleStride &+ statusClass)
    histograms.record(nanoseconds, at: slot)
    if service < 0 { return }
    counters.add(1, at: firstService &+ service &* Self.serviceStride &+ statusClass)
    histograms.record(nanoseconds, at: layout.rules.count &+ 1 &+ service)
  }

  /// A gRPC call ended. Ignored for service -1.
  public func callFinished(service: Int, _ code: GRPCCode) {
    if service < 0 { return }
    counters.add(
      1, at: firstService &+ service &* Self.serviceStride &+ Self.grpcOffset &+ Int(code.rawValue))
  }

  /// Behind a service's other counters: one for each code.
  static var grpcOffset: Int { 6 + ServiceCounter.allCases.count }
}
