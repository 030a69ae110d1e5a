/// A route before it is compiled: hostnames, and rules with what leads to them.
public struct RouteDefinition: Sendable {
  public struct Rule: Sendable {
    public var rule: RouteRule
    /// Any of these; empty: every request.
    public var matches: [RouteMatch]

    public init(_ rule: RouteRule, matches: [RouteMatch] = []) {
      self.rule = rule
      self.matches = matches
    }
  }

  /// `orders.example` or `*.orders.example`, which stands for one or more labels; empty: every host.
  public var hostnames: [String]
  public var rules: [Rule]

  public init(hostnames: [String] = [], rules: [Rule]) {
    self.hostnames = hostnames
    self.rules = rules
  }
}
