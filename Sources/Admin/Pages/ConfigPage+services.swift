internal import Mesh
internal import Policy
internal import Primitives

/// The service table in the shape in which the file has it.
extension ConfigPage {
  static func service(_ list: EndpointList) -> JSONValue {
    let service = list.service
    return object(
      ("name", .string(service.name)),
      reference(list.discovery?.reference) ?? ("endpoints", JSONValue(list.endpoints.map(endpoint))),
      ("protocol", .string("\(service.protocol)")),
      ("loadBalancing", .string(ServicesPage.name(of: service.settings.balancing))),
      ("hash", service.settings.balancing == .ringHash ? hash(service.settings.hashKey) : nil),
      ("connectTimeout", duration(service.connectTimeout)),
      ("idleTimeout", duration(service.idleTimeout)),
      ("connection", connection(service.lifetime)),
      ("http2", service.protocol == .http1 ? nil : http2(service.http2)),
      ("tls", service.tls.map(tls)),
      ("circuitBreaker", breaker(service.state)))
  }

  private static func hash(_ key: HashKey) -> JSONValue {
    func text(_ name: [UInt8]) -> JSONValue { .string(String(decoding: name, as: UTF8.self)) }
    switch key {
    case .sourceAddress: return ["sourceAddress": true]
    case .header(let name): return ["header": text(name)]
    case .cookie(let name): return ["cookie": text(name)]
    case .queryParameter(let name): return ["queryParameter": text(name)]
    }
  }

  private static func reference(_ reference: ServiceReference?) -> (String, JSONValue)? {
    switch reference {
    case .dns: ("dns", JSONValue(reference?.description))
    case .etcd(let etcd): ("etcd", ["prefix": .string(etcd.prefix)])
    case .kubernetes(let kubernetes): ("kubernetes", self.kubernetes(kubernetes))
    case nil: nil
    }
  }

  private static func kubernetes(_ reference: KubernetesReference) -> JSONValue {
    let port: JSONValue? =
      switch reference.port {
      case .only: nil
      case .name(let name): .string(name)
      case .number(let number): JSONValue(number)
      }
    let namespace = reference.namespace
    return object(
      ("namespace", namespace.isEmpty ? nil : .string(namespace)), ("service", .string(reference.service)),
      ("port", port), ("hostname", reference.hostname.map { .string($0) }))
  }

  private static func endpoint(_ endpoint: Endpoint) -> JSONValue {
    object(
      ("address", .string(endpoint.text)), ("weight", JSONValue(endpoint.weight)),
      ("zone", endpoint.zone.map { .string($0) }))
  }

  static func connection(_ lifetime: ConnectionLifetime) -> JSONValue {
    ["maxAge": duration(lifetime.maxAge), "maxRequests": JSONValue(lifetime.maxRequests)]
  }

  static func http2(_ options: HTTP2Options, ofListener: Bool = false) -> JSONValue {
    object(
      ("maxConcurrentStreams", JSONValue(options.maxConcurrentStreams)),
      ("streamWindow", size(options.streamWindow)), ("connectionWindow", size(options.connectionWindow)),
      ("maxFrameSize", size(options.maxFrameSize)),
      ("narrowStreams", ofListener ? JSONValue(options.narrowStreams) : nil),
      ("openHeads", ofListener ? JSONValue(options.openHeads) : nil),
      ("maxContinuations", JSONValue(options.maxContinuations)),
      ("maxQueuedFrames", JSONValue(options.maxQueuedFrames)),
      ("glitchBurst", JSONValue(options.glitchBurst)), ("glitchRate", JSONValue(options.glitchRate)),
      ("pingInterval", duration(options.pingInterval)), ("pingTimeout", duration(options.pingTimeout)))
  }

  private static func breaker(_ state: ServiceState) -> JSONValue {
    let settings = state.breaker?.settings
    return object(
      ("maxConnections", JSONValue(state.connections.maximum)),
      ("maxPendingRequests", JSONValue(state.pending.maximum)),
      ("maxRequests", JSONValue(state.requests.maximum)),
      ("maxRetries", JSONValue(state.retries.maximum)),
      ("failureRate", settings.map { percent($0.failureRate) }),
      ("minimumRequests", settings.map { JSONValue($0.minimumRequests) }),
      ("window", settings.map { duration($0.window) }),
      ("openFor", settings.map { duration($0.openFor) }),
      ("halfOpenRequests", settings.map { JSONValue($0.halfOpenRequests) }))
  }
}
