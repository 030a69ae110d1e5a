internal import Mesh
internal import Policy
internal import Primitives

/// Routes in the shape in which the file has them.
extension ConfigPage {
  static func route(_ route: RouteDefinition) -> JSONValue {
    object(
      ("name", .string(name(of: route))),
      ("hostnames", some(route.hostnames)),
      ("jwt", tokens(route.rules.first?.rule.tokens)),
      ("authorization", authorization(route.rules.first?.rule.authorization)),
      ("rules", JSONValue(route.rules.map(rule))))
  }

  static func name(of route: RouteDefinition) -> String { route.rules.first?.rule.routeName ?? "" }

  private static func rule(_ definition: RouteDefinition.Rule) -> JSONValue {
    let rule = definition.rule
    return object(
      ("name", .string(rule.ruleName)),
      ("matches", some(definition.matches.map(match))),
      ("filters", filters(of: rule)),
      ("timeouts", timeouts(rule.timeouts)),
      ("retry", rule.retry.map(retry)),
      (
        "backendRefs",
        JSONValue(rule.backends.map { ["name": .string($0.service.name), "weight": JSONValue($0.weight)] })
      ))
  }

  /// An attempt's time that is longer than the whole request's is that of all rules, and means nothing here.
  private static func timeouts(_ timeouts: RouteTimeouts) -> JSONValue? {
    var each = timeouts.backendRequest
    if let request = timeouts.request, request > .zero, let time = each, time > request { each = nil }
    if timeouts.request == nil, each == nil { return nil }
    return object(("request", timeouts.request.map(duration)), ("backendRequest", each.map(duration)))
  }

  private static func match(_ match: RouteMatch) -> JSONValue {
    var path, call: JSONValue?
    switch match.path {
    case nil: break
    case .grpc(let method): call = self.call(method)
    case let match?: path = self.path(match)
    }
    return object(
      ("path", path), ("method", call ?? match.method.map { .string($0) }),
      ("headers", some(match.headers.map(criterion))),
      ("queryParams", some(match.queryParameters.map(criterion))))
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
    object(
      ("type", .string(call.kind == .exact ? "Exact" : "RegularExpression")),
      ("service", call.service.map { .string($0) }), ("method", call.method.map { .string($0) }))
  }

  static func criterion(_ match: ValueMatch) -> JSONValue {
    let (type, value) =
      switch match.pattern {
      case .exact(let text): ("Exact", text)
      case .regularExpression(let expression): ("RegularExpression", expression.pattern)
      }
    // Three stars, as an expression too.
    let hidden = type == "Exact" ? "***" : "[*]{3}"
    return [
      "name": .string(match.name), "type": .string(type),
      "value": .string(mayBeSecret(match.name) ? hidden : value),
    ]
  }

  /// Whether a header's or a parameter's value is better not shown to whoever can reach the admin server.
  static func mayBeSecret(_ name: String) -> Bool {
    let name = name.lowercased()
    return Self.secretWords.contains { name.contains($0) }
  }

  private static let secretWords = [
    "auth", "bearer", "cookie", "credential", "csrf", "jwt", "key", "pass", "pwd", "secret", "security",
    "session",
    "signature", "token", "xsrf",
  ]

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
      "maxRetryAfter": duration(retry.longestRetryAfter),
    ]
  }
}
