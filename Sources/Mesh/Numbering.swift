public import Primitives

/// Which number each rule, service, endpoint, listener and rule of authorization has: what a row of the metrics, a span or a line
/// of the access log means. Numbers outlive a snapshot as long as an exchange holds what they belong to.
public struct Numbering: Sendable {
  public struct Rule: Hashable, Sendable {
    public var route: String
    public var rule: String
  }

  public struct Endpoint: Hashable, Sendable {
    public var service: String
    public var address: SocketAddress
  }

  /// A rule of a policy, or, with an empty `rule`, what it says where none holds.
  public struct Authorization: Hashable, Sendable {
    public var scope: AuthorizationPolicy.Scope
    public var name: String
    public var rule: String
  }

  public var rules = NumberView<Rule>()
  public var services = NumberView<String>()
  public var endpoints = NumberView<Endpoint>()
  public var listeners = NumberView<String>()
  public var authorizations = NumberView<Authorization>()

  public init() {}
}
