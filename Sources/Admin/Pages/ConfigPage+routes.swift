internal import Mesh
internal import Policy

/// Routes in the shape in which the file has them.
extension ConfigPage {
  static func routes(_ table: RouteTable) -> JSONValue {
    JSONValue(
      table.definitions.map { route in
        [
          "name": .string(name(of: route)),
          "hostnames": JSONValue(route.hostnames.map { .string($0) }),
          "jwt": tokens(route.rules.first?.rule.tokens),
          "authorization": authorization(route.rules.first?.rule.authorization),
          "rules": JSONValue(route.rules.map(rule)),
        ]
      })
  }

  static func name(of route: RouteDefinition) -> String { route.rules.first?.rule.routeName ?? "" }

  private static func rule(_ definition: RouteDefinition.Rule) -> JSONValue {
    let rule = definition.rule
    return [
      "name": .string(rule.ruleName),
      "matches": JSONValue(definition.matches.map(match)),
      "filters": [
        "request": .bool(!rule.requestFilters.isEmpty), "response": .bool(!rule.responseFilters.isEmpty),
        "cors": .bool(rule.cors != nil),
      ],
      "timeouts": [
        "request": duration(rule.timeouts.request), "backendRequest": duration(rule.timeouts.backendRequest),
      ],
      "retry": rule.retry.map(retry) ?? nil,
      "backendRefs": JSONValue(
        rule.backends.map { ["name": .string($0.service.name), "weight": JSONValue($0.weight)] }),
    ]
  }

  private static func match(_ match: RouteMatch) -> JSONValue {
    var members: [JSONValue.Member] = []
    switch match.path {
    case nil: break
    case .grpc(let call): members.append(.init(name: "method", value: self.call(call)))
    case let match?: members.append(.init(name: "path", value: path(match)))
    }
    if let method = match.method { members.append(.init(name: "method", value: .string(method))) }
    if !match.headers.isEmpty {
      members.append(.init(name: "headers", value: JSONValue(match.headers.map(criterion))))
    }
    if !match.queryParameters.isEmpty {
      members.append(.init(name: "queryParams", value: JSONValue(match.queryParameters.map(criterion))))
    }
    return .object(members)
  }

  static func path(_ match: PathMatch) -> JSONValue {
    let (type, value) =
      switch match {
      case .exact(let value): ("Exact", value)
      case .prefix(let value): ("PathPrefix", value)
      case .regularExpression(let expression): ("RegularExpression", expression.pattern)
      case .grpc(let call): ("Method", "/\(call.service ?? "*")/\(call.method ?? "*")")
      }
    return ["type": .string(type), "value": .string(value)]
  }

  private static func call(_ call: GRPCMethodMatch) -> JSONValue {
    var members: [JSONValue.Member] = [
      .init(name: "type", value: .string(call.kind == .exact ? "Exact" : "RegularExpression"))
    ]
    if let service = call.service { members.append(.init(name: "service", value: .string(service))) }
    if let method = call.method { members.append(.init(name: "method", value: .string(method))) }
    return .object(members)
  }

  static func criterion(_ match: ValueMatch) -> JSONValue {
    let (type, value) =
      switch match.pattern {
      case .exact(let text): ("Exact", text)
      case .regularExpression(let expression): ("RegularExpression", expression.pattern)
      }
    return [
      "name": .string(match.name), "type": .string(type),
      "value": .string(mayBeSecret(match.name) ? "***" : value),
    ]
  }

  /// Whether a header's or a parameter's value is better not shown to whoever can reach the admin server.
  static func mayBeSecret(_ name: String) -> Bool {
    let name = name.lowercased()
    return ["authorization", "cookie", "token", "secret", "password", "key", "session"].contains {
      name.contains($0)
    }
  }

  private static func retry(_ retry: RetryPolicy) -> JSONValue {
    let conditions: [(RetryConditions, String)] = [
      (.connectFailure, "connect-failure"), (.reset, "reset"), (.refused, "refused"), (.serverError, "5xx"),
      (.gatewayError, "gateway-error"), (.retriable4xx, "retriable-4xx"),
      (.cancelled, "cancelled"), (.deadlineExceeded, "deadline-exceeded"), (.internal, "internal"),
      (.resourceExhausted, "resource-exhausted"), (.unavailable, "unavailable"),
    ]
    let names = conditions.filter { retry.conditions.contains($0.0) }.map(\.1)
    let statuses = (100..<600).filter { retry.statuses.contains($0) }.map(String.init)
    return [
      "attempts": JSONValue(retry.attempts),
      "on": JSONValue((names + statuses).map { .string($0) }),
      "backoff": ["base": duration(retry.backoff.base), "max": duration(retry.backoff.maximum)],
      "longestRetryAfter": duration(retry.longestRetryAfter),
    ]
  }
}
