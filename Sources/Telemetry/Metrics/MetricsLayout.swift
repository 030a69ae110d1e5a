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

  public let rules: [Rule]
  public let services: [String]
  public let endpoints: [Endpoint]

  internal let routeNames: NameTable
  internal let ruleNames: NameTable
  internal let serviceNames: NameTable
  internal let endpointNames: NameTable

  /// Indices are places in these arrays, the same as in the snapshot.
  public init(rules: [Rule] = [], services: [String] = [], endpoints: [Endpoint] = []) {
    self.rules = rules
    self.services = services
    self.endpoints = endpoints
    routeNames = NameTable(rules.map(\.route))
    ruleNames = NameTable(rules.map(\.rule))
    serviceNames = NameTable(services)
    endpointNames = NameTable(endpoints.map(\.address))
  }
}
