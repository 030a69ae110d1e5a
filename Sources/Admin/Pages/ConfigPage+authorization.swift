internal import Identity
internal import Mesh
internal import Primitives

/// Rules of authorization, and whose tokens are taken, in the shape in which the file has them.
extension ConfigPage {
  static func authorization(_ policy: AuthorizationPolicy?) -> JSONValue {
    guard let policy else { return nil }
    return ["mode": .string(policy.mode.rawValue), "rules": JSONValue(policy.rules.map(rule))]
  }

  static func tokens(_ policy: TokenPolicy?) -> JSONValue {
    guard let policy else { return nil }
    return [
      "mode": .string(policy.mode.rawValue),
      "providers": JSONValue(policy.providers.map { .string($0.name) }),
    ]
  }

  private static func rule(_ rule: AuthorizationRule) -> JSONValue {
    [
      "name": .string(rule.name), "action": .string(rule.action.rawValue),
      "when": conditions(rule.conditions),
    ]
  }

  private static func conditions(_ conditions: AuthorizationRule.Conditions) -> JSONValue {
    var members: [JSONValue.Member] = []
    func add(_ name: String, _ values: [JSONValue]) {
      if !values.isEmpty { members.append(.init(name: name, value: JSONValue(values))) }
    }
    add("identities", conditions.identities.map { .string($0.description) })
    add("methods", conditions.methods.map { .string($0) })
    add("paths", conditions.paths.compactMap(path))
    add("sourceNetworks", conditions.sourceNetworks.map { .string($0.description) })
    add("headers", conditions.headers.map(criterion))
    add("claims", conditions.claims.map(criterion))
    return .object(members)
  }
}
