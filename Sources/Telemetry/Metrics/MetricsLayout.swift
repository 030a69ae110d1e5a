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

  let ruleNumbers: NumberView<Rule>
  let serviceNumbers: NumberView<String>
  let endpointNumbers: NumberView<Endpoint>
  let authorizationNumbers: NumberView<Authorization>

  /// Clients that have shown a certificate.
  public let peers: PeerTable

  internal let routeNames: NameTable
  internal let ruleNames: NameTable
  internal let serviceNames: NameTable
  internal let endpointNames: NameTable
  internal let authorizationNames: NameTable

  /// - Parameter peers: those of the layout before.
  public init(
    rules: NumberView<Rule> = .init(), services: NumberView<String> = .init(),
    endpoints: NumberView<Endpoint> = .init(),
    authorizations: NumberView<Authorization> = .init(), peers: PeerTable = PeerTable()
  ) {
    ruleNumbers = rules
    serviceNumbers = services
    endpointNumbers = endpoints
    authorizationNumbers = authorizations
    self.peers = peers
    routeNames = NameTable(rules.names.map { $0?.route ?? "" })
    ruleNames = NameTable(rules.names.map { $0?.rule ?? "" })
    serviceNames = NameTable(services.names.map { $0 ?? "" })
    endpointNames = NameTable(endpoints.names.map { $0?.address ?? "" })
    authorizationNames = NameTable(authorizations.names.map { $0?.rule ?? "" })
  }

  /// Numbers are places in these arrays.
  public convenience init(
    rules: [Rule], services: [String], endpoints: [Endpoint] = [], authorizations: [Authorization] = []
  ) {
    self.init(
      rules: .init(rules), services: .init(services), endpoints: .init(endpoints),
      authorizations: .init(authorizations))
  }

  var ruleCount: Int { ruleNumbers.names.count }
  var serviceCount: Int { serviceNumbers.names.count }
  var endpointCount: Int { endpointNumbers.names.count }
  var authorizationCount: Int { authorizationNumbers.names.count }

  /// Hands over the name of a rule of authorization; nothing where no rule held.
  public func withAuthorizationRule<R>(_ slot: Int, _ body: (Span<UInt8>) -> R) -> R {
    authorizationNames.with(Int32(truncatingIfNeeded: slot), body)
  }
}
