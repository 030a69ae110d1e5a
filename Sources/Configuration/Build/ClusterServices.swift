internal import Mesh
internal import Policy

/// Backends that no entry of `services` has: where Kubernetes would resolve their names, each Service gets an entry with
/// default settings.
///
/// As in Gateway API a name without a namespace is meant in our own one; as in a pod's resolv.conf(5) the namespace, `svc`
/// and the cluster's domain may follow it. All spellings of one Service are one entry.
struct ClusterServices {
  let context: DecodingContext

  func add(to document: inout ConfigurationDocument) {
    let configured = document.services.map(\.name.value).filter { !$0.isEmpty }
    let known = Set(configured)
    var added: [String: Int] = [:]
    for route in document.routes.indices {
      for rule in document.routes[route].rules.indices {
        let takesCalls = document.routes[route].rules[rule].matches.contains(where: \.isCall)
        for place in document.routes[route].rules[rule].backends.indices {
          let backend = document.routes[route].rules[rule].backends[place]
          guard !known.contains(backend.name.value),
            let reference = document.clusterNames.flatMap({ Self.reference(backend, $0) })
          else {
            warn(backend, isKnown: known.contains(backend.name.value))
            continue
          }
          warn(backend, reference, among: configured)
          let name = reference.description
          document.routes[route].rules[rule].backends[place].name.value = name
          if let place = added[name] {
            if !takesCalls { document.services[place].settings.protocol = .http1 }
            // Another spelling is certain of what is meant.
            if !reference.mayBePod { document.services[place].reference = .kubernetes(reference) }
          } else if !known.contains(name) {
            added[name] = document.services.count
            document.services.append(
              Self.service(reference, backend.name, takesCalls: takesCalls, document.settings))
          }
        }
      }
    }
  }

  private static func reference(_ backend: BackendSpecification, _ names: KubernetesName)
    -> KubernetesReference?
  {
    let name = backend.name.value
    let whole = backend.namespace.map { "\(name).\($0.value).svc" } ?? name
    let meanings = names.meanings(of: whole, port: backend.port?.value ?? .only)
    var likeliest = meanings.first
    likeliest?.mayBePod = meanings.count > 1
    return likeliest
  }

  /// - Parameter takesCalls: gRPC is spoken over HTTP/2 only (PROTOCOL-HTTP2.md).
  private static func service(
    _ reference: KubernetesReference, _ place: Located<String>, takesCalls: Bool, _ settings: MeshSettings
  ) -> ServiceSpecification {
    var name = place
    name.value = reference.description
    var service = ServiceSpecification(name: name, endpoints: [])
    service.reference = .kubernetes(reference)
    service.settings.connectTimeout = settings.timeouts.connect
    service.settings.idleTimeout = settings.timeouts.upstreamIdle
    service.settings.protocol = takesCalls ? .h2 : .http1
    return service
  }

  // MARK: What may not be meant

  private func warn(_ backend: BackendSpecification, isKnown: Bool) {
    guard isKnown else { return }
    let reason = "has no effect: `\(backend.name.value.shortened)` is an entry of `services`"
    if let namespace = backend.namespace { context.warning(namespace, reason) }
    if let port = backend.port { context.warning(port, reason) }
  }

  /// A bare name may be one of `services` that is misspelt.
  private func warn(
    _ backend: BackendSpecification, _ reference: KubernetesReference, among configured: [String]
  ) {
    let name = backend.name.value
    guard backend.namespace == nil, backend.port == nil, !name.contains(".") else { return }
    let hint = context.hint(for: name, among: configured, shown: [])
    guard !hint.isEmpty else { return }
    context.warning(
      backend.name,
      "`services` has no `\(name.shortened)`: it is taken for the Service of that name in namespace \(reference.namespace)\(hint)"
    )
  }
}
