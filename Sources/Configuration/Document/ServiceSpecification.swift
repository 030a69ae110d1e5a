internal import Mesh
internal import Policy
internal import Primitives

/// An element of `services`.
struct ServiceSpecification {
  struct EndpointSpecification {
    var address: Located<SocketAddress>
    var weight: Int
    var zone: String?
  }

  var name: Located<String>
  var endpoints: [EndpointSpecification]
  /// By what its endpoints are found, where it does not list them.
  var reference: ServiceReference?
  var settings = ServiceSettings()
  var tls: ServiceTLS?
}

extension ServiceSpecification {
  init(_ block: Block, defaults: Timeouts) {
    name = block.requiredString("name") ?? Located(value: "", mark: block.mark, path: block.path)
    endpoints = block.items("endpoints").compactMap { EndpointSpecification($0.node, $0.path, block.context) }
    reference = ReferenceDecoder(block: block).decode()
    if !block.has("endpoints"), !block.has("xds"), !ReferenceDecoder.keys.contains(where: block.has) {
      block.missing("endpoints", "is missing: where do requests for this service go?")
    } else if let node = block.node("endpoints"), case .sequence(let items) = node.content, items.isEmpty {
      block.warning("endpoints", "is empty: every request for this service is answered 503")
    }
    let protocols: KeyValuePairs<String, ServiceProtocol> = ["http1": .http1, "h2": .h2, "auto": .auto]
    settings.protocol = block.choice("protocol", protocols)?.value ?? .http1
    let policies: KeyValuePairs<String, Balancing> = [
      "round-robin": .roundRobin, "least-request": .leastRequest, "random": .random,
      "ring-hash": .ringHash,
    ]
    settings.balancing =
      block.choice("loadBalancing", policies, later: ["peak-ewma"])?.value ?? .roundRobin
    if let key = HashKeyDecoder.decode(block, isUsed: settings.balancing == .ringHash) {
      settings.hashKey = key
    }
    settings.connectTimeout =
      block.duration("connectTimeout", in: .milliseconds(1) ... .seconds(86_400))?.value ?? defaults.connect
    settings.idleTimeout =
      block.duration("idleTimeout", in: .zero ... .seconds(86_400))?.value ?? defaults.upstreamIdle
    settings.lifetime = ConnectionDecoder.decode(block)
    settings.http2 = HTTP2Decoder.decode(block, ofListener: false)
    if settings.protocol == .http1, block.has("http2") {
      block.warning("http2", "has no effect: `protocol` is `http1`")
    }
    tls = TLSDecoder.service(block, settings.protocol)
    if let circuit = block.block("circuitBreaker") { decode(circuit) }
    block.refuse(["xds", "outlierDetection", "healthCheck"])
    block.finish()
  }

  /// The limits always hold; the breaker proper is there where one of its own keys is.
  private mutating func decode(_ block: Block) {
    let many = 0...1_000_000_000
    if let value = block.integer("maxConnections", in: many) { settings.limits.connections = value.value }
    if let value = block.integer("maxPendingRequests", in: many) { settings.limits.pending = value.value }
    if let value = block.integer("maxRequests", in: many) { settings.limits.requests = value.value }
    if let value = block.integer("maxRetries", in: many) { settings.limits.retries = value.value }
    var breaker = CircuitBreaker.Settings()
    let own = ["failureRate", "minimumRequests", "window", "openFor", "halfOpenRequests"]
    let isWanted = own.contains(where: block.has)
    if let value = block.percent("failureRate", in: 0.001...1) { breaker.failureRate = value.value }
    if let value = block.integer("minimumRequests", in: 1...1_000_000) {
      breaker.minimumRequests = value.value
    }
    if let value = block.duration("window", in: .milliseconds(100) ... .seconds(3600)) {
      breaker.window = value.value
    }
    if let value = block.duration("openFor", in: .milliseconds(10) ... .seconds(3600)) {
      breaker.openFor = value.value
    }
    if let value = block.integer("halfOpenRequests", in: 1...1_000) {
      breaker.halfOpenRequests = value.value
    }
    if isWanted { settings.breaker = breaker }
    block.finish()
  }
}

extension ServiceSpecification.EndpointSpecification {
  /// `10.0.0.5:8080`, or a map with `address`, `weight` and `zone`.
  init?(_ node: YAMLNode, _ path: String, _ context: DecodingContext) {
    if case .scalar = node.content {
      guard let text = context.string(node, path), let address = context.endpointAddress(text) else {
        return nil
      }
      self.init(address: address, weight: 1, zone: nil)
      return
    }
    guard case .mapping = node.content else {
      context.mismatch(node, path, expected: "an address or a map")
      return nil
    }
    guard let block = context.block(node, path) else { return nil }
    let address = block.requiredString("address").flatMap { context.endpointAddress($0) }
    let weight = block.integer("weight", in: 1...1_000_000)?.value ?? 1
    let zone = block.string("zone")?.value
    block.finish()
    guard let address else { return nil }
    self.init(address: address, weight: weight, zone: zone)
  }
}
