internal import JSON

/// What is kept of an object that was listed or watched: what it is about, never the object.
enum KubernetesObject: Equatable {
  case service(KubernetesService)
  /// An EndpointSlice, or all of a service's Endpoints.
  case endpoints(name: String, service: String, [KubernetesSlice])
  case configMap(KubernetesConfigMap)

  /// It is another's among those of its kind and namespace.
  var name: String {
    switch self {
    case .service(let service): service.name
    case .endpoints(let name, _, _): name
    case .configMap(let map): map.name
    }
  }

  /// The service that it is about; of a ConfigMap its own name.
  var service: String {
    switch self {
    case .service(let service): service.name
    case .endpoints(_, let service, _): service
    case .configMap(let map): map.name
    }
  }

  var namesEndpoints: Bool {
    if case .endpoints(_, _, let parts) = self { parts.contains { !$0.endpoints.isEmpty } } else { false }
  }

  /// Nil where it is nothing of use.
  init?(_ node: JSONNode, _ resource: KubernetesResource) {
    switch resource {
    case .services:
      guard let service = KubernetesService(node) else { return nil }
      self = .service(service)
    case .endpointSlices:
      guard let name = node["metadata"]?["name"]?.string,
        let service = node["metadata"]?["labels"]?[Self.serviceLabel]?.string
      else { return nil }
      self = .endpoints(name: name, service: service, [KubernetesSlice(slice: node)])
    case .endpoints:
      guard let name = node["metadata"]?["name"]?.string else { return nil }
      self = .endpoints(
        name: name, service: name, (node["subsets"]?.array ?? []).map(KubernetesSlice.init(subset:)))
    case .configMaps:
      guard let map = KubernetesConfigMap(node) else { return nil }
      self = .configMap(map)
    }
  }

  static let serviceLabel = "kubernetes.io/service-name"
}
