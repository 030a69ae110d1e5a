/// Kinds of objects that are listed and watched.
enum KubernetesResource: CaseIterable {
  case services
  /// discovery.k8s.io/v1, of Kubernetes 1.21 and later.
  case endpointSlices
  /// core/v1, where there are no slices.
  case endpoints
  /// Of which one holds a configuration.
  case configMaps

  /// As it stands in paths and in Roles.
  var name: String {
    switch self {
    case .services: "services"
    case .endpointSlices: "endpointslices"
    case .endpoints: "endpoints"
    case .configMaps: "configmaps"
    }
  }

  /// As it stands in Roles.
  var group: String { self == .endpointSlices ? "discovery.k8s.io" : "" }

  func path(in namespace: String) -> String {
    "\(self == .endpointSlices ? "/apis/discovery.k8s.io/v1" : "/api/v1")/namespaces/\(namespace)/\(name)"
  }
}
