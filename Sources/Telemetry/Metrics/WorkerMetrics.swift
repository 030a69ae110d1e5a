public import HTTP
internal import Primitives
internal import Synchronization

/// One worker's counters. The worker alone writes, with plain additions; any thread reads through `MetricsSummary`.
/// Nothing here allocates but a histogram on its first use, and a new layout.
///
/// Rules, services, endpoints, listeners and rules of authorization go by the numbers of the layout; -1 stands for "none" (no route
/// matched, no service chosen). A number's counters go on from layout to layout until it is another's.
public final class WorkerMetrics: Sendable {
  /// What is counted for no rule, service or endpoint.
  @usableFromInline internal let common: CounterArray
  /// Rule -1 has the first row.
  internal let rules: CounterTable
  @usableFromInline internal let services: CounterTable
  internal let endpoints: CounterTable
  /// Services' failed TLS by reason.
  internal let secureFailures: CounterTable
  /// Listeners' failed TLS by reason.
  internal let listenerFailures: CounterTable
  internal let authorizations: CounterTable
  internal let clients: CounterTable
  internal let ruleTimes: HistogramTable
  internal let serviceTimes: HistogramTable
  private let current: Mutex<MetricsLayout>

  public init(layout: MetricsLayout) {
    current = Mutex(layout)
    common = CounterArray(count: Self.commonCount)
    rules = CounterTable(rows: layout.ruleCount + 1, stride: Self.ruleStride)
    services = CounterTable(rows: layout.serviceCount, stride: Self.serviceStride)
    endpoints = CounterTable(rows: layout.endpointCount, stride: Self.endpointStride)
    secureFailures = CounterTable(rows: layout.serviceCount, stride: Self.handshakeStride)
    listenerFailures = CounterTable(rows: layout.listenerCount, stride: Self.handshakeStride)
    authorizations = CounterTable(rows: layout.authorizationCount, stride: Self.authorizationStride)
    // What no client uses is never touched, and so takes no memory.
    clients = CounterTable(rows: PeerTable.capacity, stride: Self.peerStride)
    ruleTimes = HistogramTable(rows: layout.ruleCount + 1)
    serviceTimes = HistogramTable(rows: layout.serviceCount)
  }

  /// Whose numbers they are. Takes a lock: for readers, and for what is seldom.
  public var layout: MetricsLayout { current.withLock { $0 } }

  /// Goes on with another layout: a number that is another's now begins at zero. The worker's thread only.
  public func adopt(_ layout: MetricsLayout) {
    let before = current.withLock { $0 }
    rules.reserve(rows: layout.ruleCount + 1)
    ruleTimes.reserve(rows: layout.ruleCount + 1)
    for number in layout.ruleNumbers.changed(since: before.ruleNumbers) {
      rules.clear(row: number + 1)
      ruleTimes.clear(row: number + 1)
    }
    services.reserve(rows: layout.serviceCount)
    serviceTimes.reserve(rows: layout.serviceCount)
    secureFailures.reserve(rows: layout.serviceCount)
    for number in layout.serviceNumbers.changed(since: before.serviceNumbers) {
      services.clear(row: number)
      secureFailures.clear(row: number)
      serviceTimes.clear(row: number)
    }
    endpoints.reserve(rows: layout.endpointCount)
    for number in layout.endpointNumbers.changed(since: before.endpointNumbers) {
      endpoints.clear(row: number)
    }
    listenerFailures.reserve(rows: layout.listenerCount)
    for number in layout.listenerNumbers.changed(since: before.listenerNumbers) {
      listenerFailures.clear(row: number)
    }
    authorizations.reserve(rows: layout.authorizationCount)
    for number in layout.authorizationNumbers.changed(since: before.authorizationNumbers) {
      authorizations.clear(row: number)
    }
    current.withLock { $0 = layout }
  }

  // The common row: worker counters, answers of our own by reason, refused messages by rule, failed TLS handshakes by
  // reason.
  @usableFromInline internal static var firstReason: Int { @inlinable get { 32 } }
  @usableFromInline internal static var firstRefused: Int { @inlinable get { 96 } }
  @usableFromInline internal static var refusedStride: Int { @inlinable get { 96 } }
  @usableFromInline internal static var firstHandshake: Int { @inlinable get { 288 } }
  @usableFromInline internal static var handshakeStride: Int { @inlinable get { 32 } }
  @usableFromInline internal static var commonCount: Int { @inlinable get { 352 } }
  static var ruleStride: Int { 7 }
  @usableFromInline internal static var serviceStride: Int { @inlinable get { 64 } }
  static var endpointStride: Int { 21 }

  @inlinable
  public func add(_ counter: WorkerCounter, _ n: Int = 1) {
    common.add(UInt64(truncatingIfNeeded: n), at: counter.rawValue)
  }

  @inlinable
  public func subtract(_ gauge: WorkerCounter, _ n: Int = 1) {
    common.add(UInt64(truncatingIfNeeded: 0 &- n), at: gauge.rawValue)
  }

  /// Ignored for service -1.
  @inlinable
  public func add(_ counter: ServiceCounter, service: Int, _ n: Int = 1) {
    if service < 0 { return }
    services.add(UInt64(truncatingIfNeeded: n), row: service, 6 &+ counter.rawValue)
  }

  @inlinable
  public func subtract(_ gauge: ServiceCounter, service: Int, _ n: Int = 1) {
    add(gauge, service: service, 0 &- n)
  }

  /// An exchange ended for a reason of our own.
  @inlinable
  public func add(_ reason: ErrorReason) {
    common.add(1, at: Self.firstReason &+ Int(reason.rawValue))
  }

  /// A message was refused by the rule that `error` names: a client's request, or an endpoint's response.
  public func add(refused error: HTTPError, upstream: Bool) {
    common.add(1, at: Self.firstRefused &+ (upstream ? Self.refusedStride : 0) &+ Int(error.rawValue))
  }

  /// An HTTP/2 connection was ended by the rule that `error` names: a client's, or one to an endpoint.
  public func add(refused error: HTTP2ConnectionError, upstream: Bool) {
    common.add(1, at: Self.firstRefused &+ (upstream ? Self.refusedStride : 0) &+ Self.place(of: error))
  }

  /// Behind the errors of messages.
  static func place(of error: HTTP2ConnectionError) -> Int { HTTPError.allCases.count + Int(error.rawValue) }

  /// An exchange ended. `status` is what the client got, 0 where it got nothing; `nanoseconds` its whole length.
  /// What its attempts were for their endpoints is told to `attemptEnded`.
  public func requestFinished(rule: Int, service: Int, status: Int, nanoseconds: Int64) {
    let statusClass = status >= 100 && status < 600 ? status / 100 : 0
    let row = max(rule, -1) &+ 1
    rules.add(1, row: row, statusClass)
    ruleTimes.record(nanoseconds, row: row)
    if service < 0 { return }
    services.add(1, row: service, statusClass)
    serviceTimes.record(nanoseconds, row: service)
  }

  /// A gRPC call ended. Ignored for service -1.
  public func callFinished(service: Int, _ code: GRPCCode) {
    if service < 0 { return }
    services.add(1, row: service, Self.grpcOffset &+ Int(code.rawValue))
  }

  /// Behind a service's other counters: one for each code.
  static var grpcOffset: Int { 6 + ServiceCounter.allCases.count }
}
