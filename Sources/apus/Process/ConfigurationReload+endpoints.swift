internal import Mesh
internal import Proxy
internal import Reactor

/// Endpoints of a configuration that is loaded anew.
extension ConfigurationReload {
  /// Of a service whose endpoints are to be found by something else those go on that it has, until that has answered:
  /// nobody is refused because a source is slow, or down.
  func keepingEndpoints(_ snapshot: MeshSnapshot) -> MeshSnapshot {
    let former = Dictionary(
      server.snapshot.endpointLists.map { ($0.service.name, $0) }
    ) { first, _ in first }
    var lists: [Int: EndpointList] = [:]
    for (place, list) in snapshot.endpointLists.enumerated() {
      guard let discovery = list.discovery, !discovery.isKnown,
        let known = former[list.service.name], !known.endpoints.isEmpty
      else { continue }
      let reference = discovery.reference
      source.states.discovered.recall(
        known.endpoints.map { endpoint in
          var found = DiscoveredEndpoint(
            address: endpoint.address, weight: endpoint.weight, zone: endpoint.zone)
          found.metadata = known.discovery?.metadata[endpoint.address] ?? []
          return found
        },
        for: reference, changed: known.endpoints.map(\.state.since).max() ?? Clock.now(),
        savedAt: known.discovery?.savedAt ?? Clock.now())
      lists[place] = source.states.discovered.list(list.service, reference, source.states)
    }
    if lists.isEmpty { return snapshot }
    return MeshSnapshot(
      snapshot, version: snapshot.version, replacing: lists, numbering: source.states.numbering)
  }

  /// What it asks for and the one in effect does not, as far as nothing is known of it.
  func unknown(_ snapshot: MeshSnapshot) -> Set<ServiceReference> {
    let former = server.snapshot.references
    return Set(
      snapshot.references.keys.filter { source.states.discovered[$0] == nil && former[$0] == nil })
  }

  /// For people: services, and by what they are found.
  func names(of references: Set<ServiceReference>, in snapshot: MeshSnapshot) -> [String] {
    let places = snapshot.references
    return references.flatMap { reference in
      (places[reference] ?? []).map {
        "\(snapshot.services[$0].name) (\(reference.source.rawValue) \(reference))"
      }
    }.sorted()
  }
}
