public import HTTP
public import Policy
internal import Primitives
public import Reactor

/// All workers' counters added up by name: a plain value for the encoders and the live view.
///
/// Adding metrics of different snapshots joins what has the same name, so counters go on over a reload.
public struct MetricsSummary: Sendable {
  /// Requests by status class, [0] those that got no answer, and their durations.
  public struct Requests: Sendable {
    public var byClass: [UInt64] = Array(repeating: 0, count: 6)
    /// Nil where there was no request.
    public var durations: Histogram?
    public var total: UInt64 { byClass.reduce(0, &+) }
  }

  public struct Rule: Sendable {
    /// Nil for requests that no route matched.
    public var name: MetricsLayout.Rule?
    public var requests = Requests()
    public var retries: UInt64 = 0
  }

  public struct Service: Sendable {
    public var name: String
    public var requests = Requests()
    fileprivate var counters: [UInt64] = Array(repeating: 0, count: ServiceCounter.allCases.count)
    public subscript(_ counter: ServiceCounter) -> UInt64 { counters[counter.rawValue] }
    fileprivate var calls: [UInt64] = Array(repeating: 0, count: GRPCCode.allCases.count)
    /// gRPC calls by how they ended.
    public subscript(_ code: GRPCCode) -> UInt64 { calls[Int(code.rawValue)] }
    fileprivate var secureFailures: [UInt64] = Array(repeating: 0, count: WorkerMetrics.handshakeStride)
    /// TLS with endpoints that failed.
    public func failed(_ reason: TLSFailure.Reason) -> UInt64 { secureFailures[Int(reason.rawValue)] }
    /// The present value of something that goes up and down.
    public func gauge(_ counter: ServiceCounter) -> Int64 { Int64(bitPattern: counters[counter.rawValue]) }
    /// Connections that are no idle ones. Never negative, although the two gauges are not read at one instant.
    public var connectionsInUse: Int64 { max(0, gauge(.connectionsActive) - gauge(.connectionsIdle)) }
  }

  public struct Listener: Sendable {
    public var name: String
    fileprivate var secureFailures: [UInt64] = Array(repeating: 0, count: WorkerMetrics.handshakeStride)
    /// TLS with clients that failed.
    public func failed(_ reason: TLSFailure.Reason) -> UInt64 { secureFailures[Int(reason.rawValue)] }
  }

  public struct Endpoint: Sendable {
    public var name: MetricsLayout.Endpoint
    public var requests: UInt64 = 0
    public var failures: UInt64 = 0
    /// Failures that another attempt followed.
    public var retries: UInt64 = 0
    /// From the sending of a request to its answer's head.
    public var answers = ExposedHistogram()
  }

  public struct Authorization: Sendable {
    public var name: MetricsLayout.Authorization
    fileprivate var decisions: [UInt64] = Array(repeating: 0, count: WorkerMetrics.authorizationStride)
    public subscript(_ decision: AuthorizationVerdict.Decision) -> UInt64 {
      decisions[Int(decision.rawValue)]
    }
  }

  public private(set) var rules: [Rule] = []
  public private(set) var services: [Service] = []
  public private(set) var endpoints: [Endpoint] = []
  public private(set) var listeners: [Listener] = []
  public private(set) var authorizations: [Authorization] = []
  /// By the name of the client that its certificate gives; `others` for those without a place of their own.
  public private(set) var peers: [String: Requests] = [:]
  private var counters: [UInt64] = Array(repeating: 0, count: WorkerCounter.allCases.count)
  private var reasons: [UInt64] = Array(repeating: 0, count: ErrorReason.allCases.count)
  private var refused: [UInt64] = Array(repeating: 0, count: 2 * WorkerMetrics.refusedStride)
  private var handshakes: [UInt64] = Array(repeating: 0, count: 2 * WorkerMetrics.handshakeStride)
  private var ruleIndex: [MetricsLayout.Rule?: Int] = [:]
  private var serviceIndex: [String: Int] = [:]
  private var endpointIndex: [MetricsLayout.Endpoint: Int] = [:]
  private var listenerIndex: [String: Int] = [:]
  private var authorizationIndex: [MetricsLayout.Authorization: Int] = [:]

  public init() {}

  public subscript(_ counter: WorkerCounter) -> UInt64 { counters[counter.rawValue] }
  public func gauge(_ counter: WorkerCounter) -> Int64 { Int64(bitPattern: counters[counter.rawValue]) }
  /// Exchanges that ended for a reason of our own.
  public subscript(_ reason: ErrorReason) -> UInt64 { reasons[Int(reason.rawValue)] }
  /// HTTP/2 connections ended for breaking a rule.
  public func refused(_ error: HTTP2ConnectionError, upstream: Bool) -> UInt64 {
    refused[(upstream ? WorkerMetrics.refusedStride : 0) + WorkerMetrics.place(of: error)]
  }

  /// Messages refused by a rule of the protocol.
  public func refused(_ error: HTTPError, upstream: Bool) -> UInt64 {
    refused[(upstream ? WorkerMetrics.refusedStride : 0) + Int(error.rawValue)]
  }
  /// TLS handshakes that failed.
  public func failed(_ reason: TLSFailure.Reason, upstream: Bool) -> UInt64 {
    handshakes[(upstream ? WorkerMetrics.handshakeStride : 0) + Int(reason.rawValue)]
  }
  public func service(named name: String) -> Service? { serviceIndex[name].map { services[$0] } }

  /// Adds one worker's counters. They go on changing meanwhile: each number is right, not all of one instant.
  public mutating func add(_ metrics: WorkerMetrics) {
    let layout = metrics.layout
    for counter in WorkerCounter.allCases {
      counters[counter.rawValue] &+= metrics.common[counter.rawValue]
    }
    for reason in ErrorReason.allCases {
      reasons[Int(reason.rawValue)] &+= metrics.common[WorkerMetrics.firstReason + Int(reason.rawValue)]
    }
    for index in refused.indices { refused[index] &+= metrics.common[WorkerMetrics.firstRefused + index] }
    for index in handshakes.indices {
      handshakes[index] &+= metrics.common[WorkerMetrics.firstHandshake + index]
    }
    addRule(nil, row: 0, metrics)
    for (number, name) in layout.ruleNumbers.names.enumerated() {
      if let name { addRule(name, row: number + 1, metrics) }
    }
    for (number, name) in layout.serviceNumbers.names.enumerated() {
      if let name { addService(name, row: number, metrics) }
    }
    for (number, name) in layout.endpointNumbers.names.enumerated() {
      if let name { addEndpoint(name, row: number, metrics) }
    }
    for (number, name) in layout.listenerNumbers.names.enumerated() {
      if let name { addListener(name, row: number, metrics) }
    }
    for (number, name) in layout.authorizationNumbers.names.enumerated() {
      if let name { addAuthorization(name, row: number, metrics) }
    }
    for (slot, name) in layout.peers.names.enumerated() { addPeer(name, row: slot, metrics) }
    addPeer("others", row: PeerTable.others, metrics)
  }

  private mutating func addPeer(_ name: String, row: Int, _ metrics: WorkerMetrics) {
    for index in 0..<WorkerMetrics.peerStride where metrics.clients[row, index] > 0 {
      peers[name, default: Requests()].byClass[index] &+= metrics.clients[row, index]
    }
  }

  private mutating func addAuthorization(
    _ name: MetricsLayout.Authorization, row: Int, _ metrics: WorkerMetrics
  ) {
    let at = authorizationIndex[name] ?? authorizations.count
    if at == authorizations.count {
      authorizations.append(Authorization(name: name))
      authorizationIndex[name] = at
    }
    for index in 0..<WorkerMetrics.authorizationStride {
      authorizations[at].decisions[index] &+= metrics.authorizations[row, index]
    }
  }

  private mutating func addRule(_ name: MetricsLayout.Rule?, row: Int, _ metrics: WorkerMetrics) {
    let at = ruleIndex[name] ?? rules.count
    if at == rules.count {
      rules.append(Rule(name: name))
      ruleIndex[name] = at
    }
    Self.add(metrics.rules, metrics.ruleTimes, row: row, to: &rules[at].requests)
    rules[at].retries &+= metrics.rules[row, WorkerMetrics.ruleRetries]
  }

  private mutating func addService(_ name: String, row: Int, _ metrics: WorkerMetrics) {
    let at = serviceIndex[name] ?? services.count
    if at == services.count {
      services.append(Service(name: name))
      serviceIndex[name] = at
    }
    Self.add(metrics.services, metrics.serviceTimes, row: row, to: &services[at].requests)
    for counter in ServiceCounter.allCases {
      services[at].counters[counter.rawValue] &+= metrics.services[row, 6 + counter.rawValue]
    }
    for code in GRPCCode.allCases {
      let index = Int(code.rawValue)
      services[at].calls[index] &+= metrics.services[row, WorkerMetrics.grpcOffset + index]
    }
    for index in services[at].secureFailures.indices {
      services[at].secureFailures[index] &+= metrics.secureFailures[row, index]
    }
  }

  private mutating func addListener(_ name: String, row: Int, _ metrics: WorkerMetrics) {
    let at = listenerIndex[name] ?? listeners.count
    if at == listeners.count {
      listeners.append(Listener(name: name))
      listenerIndex[name] = at
    }
    for index in listeners[at].secureFailures.indices {
      listeners[at].secureFailures[index] &+= metrics.listenerFailures[row, index]
    }
  }

  private mutating func addEndpoint(_ name: MetricsLayout.Endpoint, row: Int, _ metrics: WorkerMetrics) {
    let at = endpointIndex[name] ?? endpoints.count
    if at == endpoints.count {
      endpoints.append(Endpoint(name: name))
      endpointIndex[name] = at
    }
    endpoints[at].requests &+= metrics.endpoints[row, 0]
    endpoints[at].failures &+= metrics.endpoints[row, 1]
    endpoints[at].retries &+= metrics.endpoints[row, 2]
    endpoints[at].answers.add(metrics.endpoints, row: row, from: WorkerMetrics.endpointTimes)
  }

  private static func add(
    _ counters: borrowing CounterTable, _ times: borrowing HistogramTable, row: Int,
    to requests: inout Requests
  ) {
    for index in 0..<6 { requests.byClass[index] &+= counters[row, index] }
    var durations = Histogram()
    guard times.read(row, into: &durations) else { return }
    requests.durations?.add(durations)
    if requests.durations == nil { requests.durations = durations }
  }
}
