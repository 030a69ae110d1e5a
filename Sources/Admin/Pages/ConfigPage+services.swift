internal import Mesh
internal import Policy

/// The service table in the shape in which the file has it.
extension ConfigPage {
  static func service(_ service: Service) -> JSONValue {
    [
      "name": .string(service.name),
      "endpoints": JSONValue(
        service.endpoints.map {
          ["address": .string($0.text), "weight": JSONValue($0.weight), "zone": JSONValue($0.zone)]
        }),
      "loadBalancing": .string(ServicesPage.name(of: service.balancing)),
      "connectTimeout": duration(service.connectTimeout),
      "idleTimeout": duration(service.idleTimeout),
      "connection": connection(service.lifetime),
      "protocol": .string("\(service.protocol)"),
      "http2": http2(service.http2),
      "tls": service.tls.map(tls) ?? nil,
      "circuitBreaker": breaker(service.state),
    ]
  }

  static func connection(_ lifetime: ConnectionLifetime) -> JSONValue {
    ["maxAge": duration(lifetime.maxAge), "maxRequests": JSONValue(lifetime.maxRequests)]
  }

  static func http2(_ options: HTTP2Options) -> JSONValue {
    [
      "maxConcurrentStreams": JSONValue(options.maxConcurrentStreams),
      "streamWindow": JSONValue(options.streamWindow),
      "connectionWindow": JSONValue(options.connectionWindow),
      "maxFrameSize": JSONValue(options.maxFrameSize), "glitchBurst": JSONValue(options.glitchBurst),
      "glitchRate": JSONValue(options.glitchRate), "pingInterval": duration(options.pingInterval),
      "pingTimeout": duration(options.pingTimeout),
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
}
