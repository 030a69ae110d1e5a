internal import Mesh

/// `dns`, `etcd` or `kubernetes` of a service: what its endpoints are found by.
struct ReferenceDecoder {
  static let keys = ["dns", "etcd", "kubernetes"]
  let block: Block

  /// Nil where the service lists its endpoints, or where what stands there is no reference.
  func decode() -> ServiceReference? {
    let given = (["endpoints"] + Self.keys).filter(block.has)
    if given.count > 1 {
      block.error(given[1], "there is `\(given[0])` already: endpoints come from one place")
    }
    // Each is read, so that all faults are told.
    let found = [block.string("dns").flatMap { Self.name($0, block.context) }, etcd(), kubernetes()]
    return given.first == "endpoints" ? nil : found.compactMap { $0 }.first
  }

  /// `orders.shop.svc.cluster.local:80`, or a name of SRV records: `_http._tcp.orders.shop`.
  static func name(_ text: Located<String>, _ context: DecodingContext) -> ServiceReference? {
    let (name, port) = split(text.value)
    let isService = text.value.hasPrefix("_")
    if let fault = HostName.fault(of: name) {
      context.error(text, "`\(text.value.shortened)` \(fault)")
      return nil
    }
    if let port {
      guard let number = UInt16(port), number > 0 else {
        context.error(text, "`\(port.shortened)` is no port (1 to 65535)")
        return nil
      }
      if isService {
        context.error(text, "SRV records say the port: write `\(name.shortened)`")
        return nil
      }
      return .dns(DNSReference(name: name.lowercased(), port: number))
    }
    guard isService else {
      context.error(
        text,
        "`\(text.value.shortened)` has no port (valid: orders.shop:8080, or SRV records: _http._tcp.orders.shop)"
      )
      return nil
    }
    return .dns(DNSReference(name: name.lowercased(), port: nil))
  }

  private static func split(_ text: String) -> (name: String, port: String?) {
    guard let colon = text.lastIndex(of: ":") else { return (text, nil) }
    return (String(text[..<colon]), String(text[text.index(after: colon)...]))
  }

  private func etcd() -> ServiceReference? {
    guard let block = block.block("etcd", bare: "prefix") else { return nil }
    let prefix = block.requiredString("prefix")
    block.finish()
    return prefix.map { .etcd(EtcdReference(prefix: $0.value)) }
  }

  private func kubernetes() -> ServiceReference? {
    guard let block = block.block("kubernetes", bare: "service") else { return nil }
    let namespace = block.string("namespace")
    let service = block.requiredString("service")
    let port = Self(block: block).port()?.value ?? .only
    let hostname = block.string("hostname")
    block.finish()
    var isFine = true
    for name in [namespace, service, hostname].compactMap({ $0 }) {
      guard let fault = HostName.labelFault(of: name.value) else { continue }
      block.context.error(name, "`\(name.value.shortened)` \(fault)")
      isFine = false
    }
    guard isFine, let service else { return nil }
    return .kubernetes(
      KubernetesReference(
        namespace: namespace?.value ?? "", service: service.value, port: port, hostname: hostname?.value))
  }

  /// `port`: its name or number.
  func port() -> Located<KubernetesReference.Port>? {
    guard let node = block.node("port") else { return nil }
    let path = block.path(of: "port")
    let port: KubernetesReference.Port
    if case .scalar(let scalar) = node.content, Int(scalar.text) == nil {
      guard let name = block.context.string(node, path) else { return nil }
      if let fault = HostName.labelFault(of: name.value) {
        block.context.error(name, "`\(name.value.shortened)` \(fault)")
      }
      port = .name(name.value)
    } else {
      guard let number = block.context.integer(node, path, in: 1...65_535) else { return nil }
      port = .number(UInt16(number.value))
    }
    return Located(value: port, mark: node.mark, path: path)
  }
}
