internal import Mesh
internal import Policy
internal import Primitives

/// The configuration in effect, defaults filled in, in the words of the configuration file.
///
/// Values of header filters are left out: a token may stand there, and the admin server asks nobody who they are.
enum ConfigPage {
  static func value(_ snapshot: MeshSnapshot) -> JSONValue {
    let settings = snapshot.settings
    return [
      "version": JSONValue(snapshot.version),
      "workers": settings.workers.map { JSONValue($0) } ?? "auto",
      "admin": ["address": JSONValue(settings.admin?.description)],
      "node": [
        "service": .string(settings.node.service), "id": .string(settings.node.id), "zone": .string(settings.node.zone),
      ],
      "listeners": JSONValue(snapshot.listeners.map(listener)),
      "routes": routes(snapshot.routes.rules),
      "services": JSONValue(snapshot.services.map(service)),
      "timeouts": timeouts(settings.timeouts),
      "bufferSize": JSONValue(settings.bufferSize),
      "replayBound": JSONValue(settings.replayBound),
      "tracing": [
        "propagation": propagation(settings.tracing.propagation), "sampling": percent(settings.tracing.sampling),
      ],
      "accessLog": [
        "path": .string(destination(settings.accessLog.destination)), "format": .string(settings.accessLog.format),
      ],
      "drain": duration(settings.timeouts.drain),
    ]
  }

  private static func listener(_ listener: ListenerDefinition) -> JSONValue {
    [
      "name": .string(listener.name),
      "address": .string(listener.address.description),
      "protocol": .string("\(listener.protocol)"),
      "trustedHops": JSONValue(listener.trustedHops),
      "routes": JSONValue(names(listener.routes.rules).map { .string($0) }),
    ]
  }

  /// The routes' names in file order, each once.
  private static func names(_ rules: [RouteRule]) -> [String] {
    rules.reduce(into: []) { if $0.last != $1.routeName { $0.append($1.routeName) } }
  }

  /// Rules stand in file order, so those of one route are neighbours.
  private static func routes(_ rules: [RouteRule]) -> JSONValue {
    var routes: [JSONValue] = []
    var rest = rules[...]
    while let first = rest.first {
      let own = rest.prefix { $0.routeName == first.routeName }
      rest = rest.dropFirst(own.count)
      routes.append(["name": .string(first.routeName), "rules": JSONValue(own.map(rule))])
    }
    return .array(routes)
  }

  private static func rule(_ rule: RouteRule) -> JSONValue {
    [
      "name": .string(rule.ruleName),
      "timeouts": [
        "request": duration(rule.timeouts.request), "backendRequest": duration(rule.timeouts.backendRequest),
      ],
      "retry": rule.retry.map(retry) ?? nil,
      "filters": [
        "request": .bool(!rule.requestFilters.isEmpty), "response": .bool(!rule.responseFilters.isEmpty),
      ],
      "backendRefs": JSONValue(
        rule.backends.map { ["name": .string($0.service.name), "weight": JSONValue($0.weight)] }),
    ]
  }

  private static func retry(_ retry: RetryPolicy) -> JSONValue {
    let conditions: [(RetryConditions, String)] = [
      (.connectFailure, "connect-failure"), (.reset, "reset"), (.refused, "refused"), (.serverError, "5xx"),
      (.gatewayError, "gateway-error"), (.retriable4xx, "retriable-4xx"),
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

  private static func service(_ service: Service) -> JSONValue {
    [
      "name": .string(service.name),
      "endpoints": JSONValue(
        service.endpoints.map {
          ["address": .string($0.text), "weight": JSONValue($0.weight), "zone": JSONValue($0.zone)]
        }),
      "loadBalancing": .string(ServicesPage.name(of: service.balancing)),
      "connectTimeout": duration(service.connectTimeout),
      "idleTimeout": duration(service.idleTimeout),
      "circuitBreaker": breaker(service.state),
    ]
  }

  private static func breaker(_ state: ServiceState) -> JSONValue {
    var members: [JSONValue.Member] = [
      .init(name: "maxConnections", value: JSONValue(state.connections.maximum)),
      .init(name: "maxPendingRequests", value: JSONValue(state.pending.maximum)),
      .init(name: "maxRequests", value: JSONValue(state.requests.maximum)),
      .init(name: "maxRetries", value: JSONValue(state.retries.maximum)),
    ]
    if let settings = state.breaker?.settings {
      members += [
        .init(name: "failureRate", value: percent(settings.failureRate)),
        .init(name: "minimumRequests", value: JSONValue(settings.minimumRequests)),
        .init(name: "window", value: duration(settings.window)),
        .init(name: "openFor", value: duration(settings.openFor)),
        .init(name: "halfOpenRequests", value: JSONValue(settings.halfOpenRequests)),
      ]
    }
    return .object(members)
  }

  private static func timeouts(_ timeouts: Timeouts) -> JSONValue {
    [
      "head": duration(timeouts.head),
      "request": duration(timeouts.request),
      "perTry": duration(timeouts.perTry),
      "connect": duration(timeouts.connect),
      "exchangeIdle": duration(timeouts.exchangeIdle),
      "downstreamIdle": duration(timeouts.downstreamIdle),
      "upstreamIdle": duration(timeouts.upstreamIdle),
      "tunnelIdle": duration(timeouts.tunnelIdle),
      "lingeringClose": duration(timeouts.lingeringClose),
    ]
  }

  private static func propagation(_ formats: TracePropagation) -> JSONValue {
    let names: [(TracePropagation, String)] = [(.w3c, "w3c"), (.b3, "b3"), (.b3Multi, "b3multi"), (.jaeger, "jaeger")]
    return JSONValue(names.filter { formats.contains($0.0) }.map { .string($0.1) })
  }

  private static func destination(_ destination: AccessLogSettings.Destination) -> String {
    switch destination {
    case .none: "none"
    case .standardOutput: "stdout"
    case .standardError: "stderr"
    case .file(let path): path
    }
  }

  private static func percent(_ share: Double) -> JSONValue {
    let hundredths = (share * 10_000).rounded()
    let whole = Int(exactly: hundredths / 100)
    return .string((whole.map(String.init) ?? "\(hundredths / 100)") + "%")
  }

  private static func duration(_ interval: Interval?) -> JSONValue { JSONValue(interval.map(DurationText.text)) }
}
