internal import Mesh

/// Hostnames, and beside each that stands for a Service of Kubernetes, or for a pod of one, whatever else clients of the
/// cluster may call it: what they ask for is what they have written, however their resolver has completed it.
///
/// Istio's sidecars take the same names of each service (its `generateVirtualHostDomains`); there a name with a dot is
/// whole as it is, here it means what it means to a pod's resolver. Of two meanings of a name, `a.b`, both count: the
/// service `a` of namespace `b`, and the pod `a` of our service `b` unless another route names that.
struct ClusterHostnames {
  private let names: KubernetesName?
  private let written: Set<String>
  /// What is surely meant by some route.
  private let meant: Set<String>

  /// - Parameter written: by all routes, in lower case.
  init(_ names: KubernetesName?, written: [String]) {
    self.names = names
    self.written = Set(written)
    guard let names else {
      meant = []
      return
    }
    meant = Set(written.compactMap { names.meaning(of: $0) }.flatMap(names.hostnames)).union(written)
  }

  /// Of a route: each name once, those that are written first.
  func all(_ hostnames: [String]) -> [String] {
    guard let names else { return hostnames }
    var given: Set<String> = []
    // Where all spellings of our service `a` are there, as on `/config`, `a.b` is no more than one of them.
    let listed = Set(hostnames)
    let ours = Set(
      hostnames.filter { !$0.contains(".") }.compactMap { names.meaning(of: $0).map(names.hostnames) }
        .filter(listed.isSuperset).joined())
    let others = hostnames.flatMap { name in
      names.meanings(of: name).prefix(ours.contains(name) ? 1 : .max).enumerated().flatMap { place, meaning in
        names.hostnames(of: meaning).filter { place == 0 || !meant.contains($0) }
      }
    }
    return (hostnames + others).filter { given.insert($0).inserted }
  }

  /// Of a service without a route: its name, and what its Service is called; but no name of another service.
  func all(of service: ServiceSpecification) -> [String] {
    let name = service.name.value.lowercased()
    guard let names else { return [name] }
    var meanings = names.meanings(of: name)
    if case .kubernetes(var reference) = service.reference {
      if reference.namespace.isEmpty { reference.namespace = names.namespace }
      meanings = [reference]
    }
    var given: Set<String> = [name]
    let others = meanings.flatMap(names.hostnames).filter { !written.contains($0) }
    return [name] + others.filter { given.insert($0).inserted }
  }
}
