/// The names behind a snapshot's dense indices: what a number in the metrics, a span or a log entry is called.
/// Immutable; made by the control thread with each snapshot.
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

  public let rules: [Rule]
  public let services: [String]
  public let endpoints: [Endpoint]
  /// By slot.
  public let authorizations: [Authorization]

  /// Clients that have shown a certificate.
  public let peers = PeerTable()

  internal let routeNames: NameTable
  internal let ruleNames: NameTable
  internal let serviceNames: NameTable
  internal let endpointNames: NameTable
  internal let authorizationNames: NameTable

  /// Indices are places in these arrays, the same as in the snapshot.
  public init(
    rules: [Rule] = [], services: [String] = [], endpoints: [Endpoint] = [],
    authorizations: [Authorization] = []
  ) {
    self.rules = rules
    self.services = services
    self.endpoints = endpoints
    self.authorizations = authorizations
    routeNames = NameTable(rules.map(\.route))
    ruleNames = NameTable(rules.map(\.rule))
    serviceNames = NameTable(services)
    endpointNames = NameTable(endpoints.map(\.address))
    authorizationNames = NameTable(authorizations.map(\.rule))
  }

  /// Hands over the name of a rule of authorization; nothing where no rule held.
  public func withAuthorizationRule<R>(_ slot: Int, _ body: (Span<UInt8>) -> R) -> R {
    authorizationNames.with(Int32(truncatingIfNeeded: slot), body)
  }
}
