internal import JSON

/// What is kept of a Service (core/v1).
struct KubernetesService: Equatable {
  struct Port: Equatable {
    /// Empty where there is one port only, as a rule.
    var name: String
    var number: UInt16
  }

  enum Family { case v4, v6 }

  var name: String
  /// Those of TCP.
  var ports: [Port] = []
  /// Of an ExternalName: nobody's endpoints, but a DNS name.
  var externalName: String?
  /// Pods are told apart from the beginning to the end of their lives, ready or not.
  var publishesNotReady = false
  /// The first of `ipFamilies`.
  var family = Family.v4
}

extension KubernetesService {
  /// Nil where it is none.
  init?(_ node: JSONNode) {
    guard let name = node["metadata"]?["name"]?.string, let spec = node["spec"] else { return nil }
    self.name = name
    if spec["type"]?.string == "ExternalName" { externalName = spec["externalName"]?.string ?? "" }
    if case .boolean(true) = spec["publishNotReadyAddresses"] { publishesNotReady = true }
    // Older servers know one family a service, by its address.
    let family = spec["ipFamilies"]?.array?.first?.string ?? spec["ipFamily"]?.string
    if family.map({ $0 == "IPv6" }) ?? spec["clusterIP"]?.string?.contains(":") ?? false { self.family = .v6 }
    for port in spec["ports"]?.array ?? [] where (port["protocol"]?.string ?? "TCP") == "TCP" {
      guard let number = port["port"]?.integer.flatMap(UInt16.init(exactly:)) else { continue }
      ports.append(Port(name: port["name"]?.string ?? "", number: number))
    }
  }
}
