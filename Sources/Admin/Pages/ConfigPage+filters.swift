internal import Mesh
internal import Primitives

/// `filters` of a rule.
extension ConfigPage {
  static func filters(of rule: RouteRule) -> JSONValue? {
    some(
      [
        modifier("RequestHeaderModifier", "requestHeaderModifier", rule.requestFilters),
        modifier("ResponseHeaderModifier", "responseHeaderModifier", rule.responseFilters),
        rule.cors.map { ["type": "CORS", "cors": cors($0.settings)] },
      ].compactMap { $0 })
  }

  private static func modifier(_ type: String, _ key: String, _ filter: HeaderFilter) -> JSONValue? {
    if filter.isEmpty { return nil }
    let changes = object(
      ("set", some(filter.setLines.map(line))), ("add", some(filter.addedLines.map(line))),
      ("remove", some(filter.removedNames)))
    return object(("type", .string(type)), (key, changes))
  }

  private static func line(_ name: String, _ value: String) -> JSONValue {
    ["name": .string(name), "value": .string(mayBeSecret(name) ? "***" : value)]
  }

  private static func cors(_ settings: CORSSettings) -> JSONValue {
    object(
      ("allowOrigins", some(settings.allowOrigins.map(\.text))),
      ("allowMethods", some(settings.allowMethods)),
      ("allowHeaders", some(settings.allowHeaders)),
      ("exposeHeaders", some(settings.exposeHeaders)),
      ("allowCredentials", .bool(settings.allowCredentials)),
      ("maxAge", JSONValue(settings.maxAge.nanoseconds / 1_000_000_000)))
  }
}
