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

extension RouteDefinition {
  /// The same in memory of its own. Parts that are shared with what the definition was read from lie scattered in
  /// that, and would keep most of its pages when the rest of it is freed.
  public func detached() -> RouteDefinition {
    RouteDefinition(
      hostnames: hostnames.map(Self.detached),
      rules: rules.map { Rule($0.rule, matches: $0.matches.map(Self.detached)) })
  }

  private static func detached(_ match: RouteMatch) -> RouteMatch {
    var match = match
    switch match.path {
    case .exact(let value): match.path = .exact(detached(value))
    case .prefix(let value): match.path = .prefix(detached(value))
    case .regularExpression, .grpc, nil: break
    }
    return match
  }

  private static func detached(_ text: String) -> String { String(decoding: Array(text.utf8), as: UTF8.self) }
}
