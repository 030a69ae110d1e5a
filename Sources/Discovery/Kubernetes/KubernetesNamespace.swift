internal import Mesh

/// What is asked for in one namespace, and what is known of it: its Services and its endpoints, but only those that are
/// asked for. Two watches keep it fresh.
final class KubernetesNamespace {
  let name: String
  /// Tells a reference's endpoints, where they have changed.
  private let tell: (KubernetesReference, KubernetesResolution) -> Void
  private let turned: (_ fault: String?) -> Void
  private let zone: String
  private(set) var references: Set<KubernetesReference> = []
  /// What was told last.
  private(set) var told: [KubernetesReference: KubernetesResolution] = [:]
  let services: KubernetesWatch
  let endpoints: KubernetesWatch

  /// The services of all references.
  private var names: Set<String> = []
  private var known: [String: KubernetesService] = [:]
  /// By service, then by the object's name.
  private var slices: [String: [String: [KubernetesSlice]]] = [:]
  /// The service of each object.
  private var owners: [String: String] = [:]
  /// Services of which something has changed.
  private var touched: Set<String> = []

  init(
    _ name: String, services: KubernetesWatch, endpoints: KubernetesWatch, zone: String,
    tell: @escaping (KubernetesReference, KubernetesResolution) -> Void,
    turned: @escaping (_ fault: String?) -> Void
  ) {
    self.name = name
    self.services = services
    self.endpoints = endpoints
    self.zone = zone
    self.tell = tell
    self.turned = turned
    services.owner = self
    endpoints.owner = self
  }

  var fault: String? { atFault?.fault }
  /// `fault` is the server's word.
  var isRefused: Bool { atFault?.isRefusal ?? false }
  private var atFault: KubernetesWatch? { [services, endpoints].first { $0.fault != nil } }

  func watch(_ wanted: Set<KubernetesReference>) {
    guard wanted != references else { return }
    let fresh = wanted.subtracting(references)
    references = wanted
    told = told.filter { wanted.contains($0.key) }
    names = Set(wanted.map(\.service))
    known = known.filter { names.contains($0.key) }
    slices = slices.filter { names.contains($0.key) }
    owners = owners.filter { names.contains($0.value) }
    services.aim(at: names)
    endpoints.aim(at: names)
    // Another port of a service that is known.
    touched.formUnion(fresh.map(\.service))
    resolve()
  }

  func stop() {
    services.stop()
    endpoints.stop()
  }

  /// Tells what has changed of those services that were touched and that both watches know.
  private func resolve() {
    let ready = touched.filter { services.covered.contains($0) && endpoints.covered.contains($0) }
    guard !ready.isEmpty else { return }
    touched.subtract(ready)
    // Whoever is told may ask for more, and for less.
    for reference in references where ready.contains(reference.service) && self.references.contains(reference)
    {
      let service = reference.service
      let parts = (slices[service] ?? [:]).values.flatMap { $0 }
      var whole = reference
      whole.namespace = name
      let now = KubernetesResolution(whole, known[service], parts, zone: zone)
      guard told[reference] != now else { continue }
      told[reference] = now
      tell(reference, now)
    }
  }

  private func put(_ object: KubernetesObject) {
    switch object {
    case .service(let service): known[service.name] = service
    case .endpoints(let name, let service, let parts):
      if let former = owners[name], former != service { remove(name, of: former) }
      owners[name] = service
      slices[service, default: [:]][name] = parts
    case .configMap: return
    }
    touched.insert(object.service)
  }

  private func remove(_ name: String, of service: String) {
    owners[name] = nil
    slices[service]?[name] = nil
    touched.insert(service)
  }
}

extension KubernetesNamespace: KubernetesWatchOwner {
  func listed(_ objects: [KubernetesObject], by watch: KubernetesWatch) {
    if watch === services {
      known = [:]
    } else {
      slices = [:]
      owners = [:]
    }
    for object in objects where names.contains(object.service) { put(object) }
    // Of those that are gone something has changed, too.
    touched = names
  }

  func changed(_ object: KubernetesObject, by watch: KubernetesWatch) {
    if names.contains(object.service) {
      put(object)
    } else if case .endpoints(let name, _, _) = object, let former = owners[name] {
      // It has become another service's.
      remove(name, of: former)
    }
  }

  func deleted(_ object: KubernetesObject, by watch: KubernetesWatch) {
    switch object {
    case .service(let service):
      known[service.name] = nil
      touched.insert(service.name)
    case .endpoints(let name, let service, _): remove(name, of: owners[name] ?? service)
    case .configMap: break
    }
  }

  func settled(_ watch: KubernetesWatch) {
    resolve()
    turned(nil)
  }

  /// Slices have to name an endpoint of each service of which Endpoints name one: whoever writes them may not have come to
  /// it yet.
  func suffices(_ objects: [KubernetesObject], for watch: KubernetesWatch) -> Bool {
    let named = Set(objects.filter(\.namesEndpoints).map(\.service))
    return slices.allSatisfy { service, parts in
      named.contains(service) || parts.values.joined().allSatisfy(\.endpoints.isEmpty)
    }
  }

  func turned(_ watch: KubernetesWatch) {
    // A namespace that is none is forbidden, too, to whoever may look into some only.
    if watch.isForbidden {
      for reference in references where reference.mayBePod && told[reference] == nil {
        let unseen = KubernetesResolution(unseen: reference)
        told[reference] = unseen
        tell(reference, unseen)
      }
    }
    turned(watch.fault)
  }
}
