internal import Identity
internal import Mesh
internal import Primitives

/// Rules of authorization in the shape in which the file has them.
extension ConfigPage {
  static func authorization(_ policy: AuthorizationPolicy?) -> JSONValue? {
    guard let policy else { return nil }
    return ["mode": .string(policy.mode.rawValue), "rules": JSONValue(policy.rules.map(rule))]
  }

  private static func rule(_ rule: AuthorizationRule) -> JSONValue {
    [
      "name": .string(rule.name), "action": .string(rule.action.rawValue),
      "when": conditions(rule.conditions),
    ]
  }

  private static func conditions(_ conditions: AuthorizationRule.Conditions) -> JSONValue {
    object(
      ("identities", some(conditions.identities.map(\.description))),
      ("methods", some(conditions.methods)),
      ("paths", some(conditions.paths.map(path))),
      ("sourceNetworks", some(conditions.sourceNetworks.map(\.description))),
      ("headers", some(conditions.headers.map(criterion))),
      ("claims", some(conditions.claims.map(criterion))))
  }
}
