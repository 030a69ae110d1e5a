internal import JSON
internal import Mesh
internal import Primitives
internal import Telemetry

/// The table of a `LastGoodFile` as JSON, a line a service.
enum LastGoodText {
  static let format = "apus last good table 1"

  // MARK: Writing

  static func document(_ table: DiscoveredTable, now: MonotonicTime, wall: Int64) -> [UInt8] {
    var buffer = ByteBuffer()
    buffer.append("{\"format\": ")
    append(format, to: &buffer)
    buffer.append(", \"savedAt\": \(wall / 1_000_000), \"services\": [")
    let entries = table.known.sorted {
      ($0.key.source.rawValue, $0.key.description) < ($1.key.source.rawValue, $1.key.description)
    }
    for (place, (reference, known)) in entries.enumerated() {
      buffer.append(place == 0 ? "\n{" as StaticString : ",\n{")
      append(reference, to: &buffer)
      buffer.append(", \"ageMilliseconds\": \(max(0, (now - known.changed).milliseconds)), \"endpoints\": [")
      for (place, endpoint) in known.endpoints.enumerated() {
        if place > 0 { buffer.append(", ") }
        append(endpoint, to: &buffer)
      }
      buffer.append("]}")
    }
    buffer.append("\n]}\n")
    var text: [UInt8] = []
    text.reserveCapacity(buffer.count)
    for index in 0..<buffer.count { text.append(buffer[index]) }
    return text
  }

  private static func append(_ reference: ServiceReference, to buffer: inout ByteBuffer) {
    switch reference {
    case .dns(let dns):
      append(member: "dns", dns.name, to: &buffer)
      if let port = dns.port { buffer.append(", \"port\": \(port)") }
    case .etcd(let etcd): append(member: "etcd", etcd.prefix, to: &buffer)
    case .kubernetes(let kubernetes):
      append(member: "kubernetes", kubernetes.service, to: &buffer)
      buffer.append(", ")
      append(member: "namespace", kubernetes.namespace, to: &buffer)
      switch kubernetes.port {
      case .only: break
      case .number(let number): buffer.append(", \"port\": \(number)")
      case .name(let name):
        buffer.append(", ")
        append(member: "portName", name, to: &buffer)
      }
      if let hostname = kubernetes.hostname {
        buffer.append(", ")
        append(member: "hostname", hostname, to: &buffer)
      }
      if kubernetes.mayBePod { buffer.append(", \"mayBePod\": true" as StaticString) }
    }
  }

  private static func append(_ endpoint: DiscoveredEndpoint, to buffer: inout ByteBuffer) {
    buffer.append("{")
    append(member: "address", endpoint.address.description, to: &buffer)
    if endpoint.weight != 1 { buffer.append(", \"weight\": \(endpoint.weight)") }
    if let zone = endpoint.zone {
      buffer.append(", ")
      append(member: "zone", zone, to: &buffer)
    }
    if let unused = endpoint.unused {
      buffer.append(", ")
      append(member: "unused", unused.rawValue, to: &buffer)
    }
    if !endpoint.metadata.isEmpty {
      buffer.append(", \"metadata\": {")
      for (place, entry) in endpoint.metadata.enumerated() {
        if place > 0 { buffer.append(", ") }
        append(member: entry.name, entry.value, to: &buffer)
      }
      buffer.append("}")
    }
    buffer.append("}")
  }

  private static func append(member name: String, _ value: String, to buffer: inout ByteBuffer) {
    append(name, to: &buffer)
    buffer.append(": ")
    append(value, to: &buffer)
  }

  private static func append(_ text: String, to buffer: inout ByteBuffer) {
    JSONText.append(Array(text.utf8).span, to: &buffer)
  }

  // MARK: Reading

  struct Entry {
    let reference: ServiceReference
    let endpoints: [DiscoveredEndpoint]
    /// Between its last change and the writing of the file.
    let age: Interval
  }

  /// Nil where it is no entry.
  static func read(_ node: JSONNode) -> Entry? {
    guard let reference = reference(node), let items = node["endpoints"]?.array else { return nil }
    var endpoints: [DiscoveredEndpoint] = []
    for item in items {
      guard let endpoint = endpoint(item) else { return nil }
      endpoints.append(endpoint)
    }
    return Entry(
      reference: reference, endpoints: endpoints,
      age: .milliseconds(max(0, node["ageMilliseconds"]?.integer ?? 0)))
  }

  private static func reference(_ node: JSONNode) -> ServiceReference? {
    let port = node["port"]?.integer.flatMap { UInt16(exactly: $0) }
    if let name = node["dns"]?.string { return .dns(DNSReference(name: name, port: port)) }
    if let prefix = node["etcd"]?.string { return .etcd(EtcdReference(prefix: prefix)) }
    guard let service = node["kubernetes"]?.string else { return nil }
    let named = node["portName"]?.string.map(KubernetesReference.Port.name)
    return .kubernetes(
      KubernetesReference(
        namespace: node["namespace"]?.string ?? "", service: service,
        port: named ?? port.map(KubernetesReference.Port.number) ?? .only, hostname: node["hostname"]?.string,
        mayBePod: node["mayBePod"] == .boolean(true)))
  }

  private static func endpoint(_ node: JSONNode) -> DiscoveredEndpoint? {
    guard let address = node["address"]?.string.flatMap({ SocketAddress($0) }) else { return nil }
    let weight = Int(node["weight"]?.integer ?? 1)
    guard (1...1_000_000).contains(weight) else { return nil }
    var endpoint = DiscoveredEndpoint(
      address: address, weight: weight, zone: node["zone"]?.string,
      unused: node["unused"]?.string.flatMap { DiscoveredEndpoint.Unused(rawValue: $0) })
    if case .object(let members) = node["metadata"] {
      endpoint.metadata = members.compactMap { member in
        member.value.string.map { MetadataEntry(name: member.name, value: $0) }
      }
    }
    return endpoint
  }
}
