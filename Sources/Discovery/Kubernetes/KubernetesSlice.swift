internal import JSON
internal import Primitives

/// Endpoints that have their ports in common: what is kept of an EndpointSlice, or of a subset of Endpoints.
struct KubernetesSlice: Equatable {
  /// By the name of the Service's port: those of the pods.
  var ports: [String: UInt16] = [:]
  var endpoints: [KubernetesEndpoint] = []
}

/// An address behind a Service, with what its conditions say.
struct KubernetesEndpoint: Equatable {
  /// Its port is 0.
  var address: SocketAddress
  var isReady = true
  /// Ready, but for its being about to end.
  var isServing = true
  var isTerminating = false
  var zone: String?
  /// The zones whose clients it is meant for; empty: nobody says.
  var hints: [String] = []
  /// Of a pod that has a name of its own, as those of a StatefulSet.
  var hostname: String?
}

extension KubernetesSlice {
  /// An EndpointSlice (discovery.k8s.io/v1). Addresses that are none of IP are passed over.
  init(slice node: JSONNode) {
    ports = Self.ports(node["ports"])
    endpoints = (node["endpoints"]?.array ?? []).compactMap(KubernetesEndpoint.init(ofSlice:))
  }

  /// A subset of Endpoints (core/v1).
  init(subset node: JSONNode) {
    ports = Self.ports(node["ports"])
    endpoints =
      (node["addresses"]?.array ?? []).compactMap { KubernetesEndpoint(ofSubset: $0, isReady: true) }
      + (node["notReadyAddresses"]?.array ?? []).compactMap {
        KubernetesEndpoint(ofSubset: $0, isReady: false)
      }
  }

  private static func ports(_ node: JSONNode?) -> [String: UInt16] {
    var ports: [String: UInt16] = [:]
    for port in node?.array ?? [] where (port["protocol"]?.string ?? "TCP") == "TCP" {
      guard let number = port["port"]?.integer.flatMap(UInt16.init(exactly:)), number > 0 else { continue }
      ports[port["name"]?.string ?? ""] = number
    }
    return ports
  }
}

extension KubernetesEndpoint {
  fileprivate init?(ofSlice node: JSONNode) {
    // Further ones are the same endpoint's (EndpointSlice, `addresses`): kube-proxy takes the first one.
    guard let text = node["addresses"]?.array?.first?.string,
      let address = SocketAddress(ip: text, port: 0)
    else { return nil }
    self.address = address
    let conditions = node["conditions"]
    isReady = Self.condition(conditions?["ready"]) ?? true
    isServing = Self.condition(conditions?["serving"]) ?? isReady
    isTerminating = Self.condition(conditions?["terminating"]) ?? false
    zone = node["zone"]?.string
    hints = (node["hints"]?["forZones"]?.array ?? []).compactMap { $0["name"]?.string }
    hostname = node["hostname"]?.string
  }

  fileprivate init?(ofSubset node: JSONNode, isReady: Bool) {
    guard let text = node["ip"]?.string, let address = SocketAddress(ip: text, port: 0) else { return nil }
    self.address = address
    self.isReady = isReady
    isServing = isReady
    hostname = node["hostname"]?.string
  }

  private static func condition(_ node: JSONNode?) -> Bool? {
    if case .boolean(let value) = node { value } else { nil }
  }
}
