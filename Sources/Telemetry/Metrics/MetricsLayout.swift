public import Primitives

/// The names behind numbers: what a number in the metrics, a span or a log entry is called. Immutable; made by the control
/// thread with each snapshot. A number whose name has gone is named as long as anybody holds it.
public final class MetricsLayout: Sendable {
  public struct Rule: Hashable, Sendable {
    public var route: String
    /// The rule's name, or its place in the route.
    public var rule: String

    public init(route: String, rule: String) {
      self.route = route
      self.rule = rule
    }
  }

  public struct Endpoint: Hashable, Sendable {
    public var service: String
    public var address: String

    public init(service: String, address: String) {
      self.service = service
      self.address = address
    }
  }

  /// A rule of authorization, or, with an empty `rule`, what a policy says where none holds.
  public struct Authorization: Hashable, Sendable {
    /// `listener` or `route`, and its name.
    public var scope: String
    public var name: String
    public var rule: String

    public init(scope: String, name: String, rule: String) {
      self.scope = scope
      self.name = name
      self.rule = rule
    }
  }

  public let ruleNumbers: NumberView<Rule>
  public let serviceNumbers: NumberView<String>
  public let endpointNumbers: NumberView<Endpoint>
  public let listenerNumbers: NumberView<String>
  public let authorizationNumbers: NumberView<Authorization>

  /// Clients that have shown a certificate.
  public let peers: PeerTable

  internal let routeNames: NameTable
  internal let ruleNames: NameTable
  internal let serviceNames: NameTable
  internal let endpointNames: NameTable
  internal let authorizationNames: NameTable

  /// - Parameter former: the layout before: what both have in common is not made again, and the peers are its.
  public init(
    rules: NumberView<Rule> = .init(), services: NumberView<String> = .init(),
    endpoints: NumberView<Endpoint> = .init(), listeners: NumberView<String> = .init(),
    authorizations: NumberView<Authorization> = .init(), after former: MetricsLayout? = nil
  ) {
    ruleNumbers = rules
    serviceNumbers = services
    endpointNumbers = endpoints
    listenerNumbers = listeners
    authorizationNumbers = authorizations
    peers = former?.peers ?? PeerTable()
    routeNames = NameTable(rules, like: former.map { ($0.ruleNumbers, $0.routeNames) }, \.route)
    ruleNames = NameTable(rules, like: former.map { ($0.ruleNumbers, $0.ruleNames) }, \.rule)
    serviceNames = NameTable(services, like: former.map { ($0.serviceNumbers, $0.serviceNames) }) { $0 }
    endpointNames = NameTable(
      endpoints, like: former.map { ($0.endpointNumbers, $0.endpointNames) }, \.address)
    authorizationNames = NameTable(
      authorizations, like: former.map { ($0.authorizationNumbers, $0.authorizationNames) }, \.rule)
  }

  /// Numbers are places in these arrays.
  public convenience init(
    rules: [Rule], services: [String], endpoints: [Endpoint] = [], listeners: [String] = [],
    authorizations: [Authorization] = []
  ) {
    self.init(
      rules: .init(rules), services: .init(services), endpoints: .init(endpoints),
      listeners: .init(listeners), authorizations: .init(authorizations))
  }

  var ruleCount: Int { ruleNumbers.count }
  var serviceCount: Int { serviceNumbers.count }
  var endpointCount: Int { endpointNumbers.count }
  var listenerCount: Int { listenerNumbers.count }
  var authorizationCount: Int { authorizationNumbers.count }

  /// Hands over the name of a rule of authorization; nothing where no rule held.
  public func withAuthorizationRule<R>(_ slot: Int, _ body: (Span<UInt8>) -> R) -> R {
    authorizationNames.with(Int32(truncatingIfNeeded: slot), body)
  }
}
