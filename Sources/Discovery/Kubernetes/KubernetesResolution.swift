internal import Mesh
internal import Primitives

/// Which endpoints a reference has, by its Service and its slices. Pure.
///
/// As kube-proxy does it: those that are ready; where none is, those that still serve while they are ending. Hints are
/// followed where every ready endpoint has some and our zone has an endpoint. Of a Service with two families of
/// addresses those of its first family are used, since each pod has one of either; where there is none of it, the
/// others.
struct KubernetesResolution: Equatable {
  var endpoints: [DiscoveredEndpoint] = []
  /// Of an ExternalName: what DNS has to find in their place.
  var external: DNSReference?
  /// There is no such Service.
  var isMissing = false
  /// Why there are none, where the Service itself is the reason.
  var remark: String?

  init(
    _ reference: KubernetesReference, _ service: KubernetesService?, _ slices: [KubernetesSlice], zone: String
  ) {
    guard let service else {
      isMissing = true
      remark = "there is no Service \(reference.service) in namespace \(reference.namespace)"
      return
    }
    switch Self.port(reference.port, of: service) {
    case .failure(let fault): remark = fault.text
    case .success(let port) where service.externalName != nil:
      if let hostname = reference.hostname {
        remark = "the Service is an ExternalName, which has no pods such as \(hostname)"
      } else {
        external = service.externalName.flatMap { Self.external($0, port) }
        if external == nil { remark = "the Service is an ExternalName without a name" }
      }
    case .success(let port):
      var found = Self.gather(slices, port: port.name, hostname: reference.hostname)
      let preferred = found.filter { $0.address.isOf(service.family) }
      if !preferred.isEmpty { found = preferred }
      if service.publishesNotReady { for index in found.indices { found[index].isReady = true } }
      endpoints = Self.judged(found, zone: reference.hostname == nil ? zone : "")
    }
  }

  /// Of a Service in a namespace into which we may not look.
  init(unseen reference: KubernetesReference) {
    isMissing = true
    remark = "the Service \(reference.service) of namespace \(reference.namespace) may not be looked up"
  }

  /// The name is whole: no search domains (Kubernetes, "DNS for Services and Pods").
  private static func external(_ name: String, _ port: KubernetesService.Port) -> DNSReference? {
    let bare = name.hasSuffix(".") ? String(name.dropLast()) : name
    return bare.isEmpty ? nil : DNSReference(name: bare.lowercased() + ".", port: port.number)
  }

  // MARK: Ports

  private struct PortFault: Error { var text: String }

  private static func port(
    _ wanted: KubernetesReference.Port, of service: KubernetesService
  ) -> Result<KubernetesService.Port, PortFault> {
    let found: KubernetesService.Port? =
      switch wanted {
      case .only: service.ports.count == 1 ? service.ports[0] : nil
      case .name(let name): service.ports.first { $0.name == name }
      case .number(let number): service.ports.first { $0.number == number }
      }
    if let found { return .success(found) }
    // Who is outside has all ports.
    if service.externalName != nil, case .number(let number) = wanted {
      return .success(KubernetesService.Port(name: "", number: number))
    }
    let all = service.ports.map { $0.name.isEmpty ? "\($0.number)" : "\($0.name) (\($0.number))" }
    let list = all.joined(separator: ", ")
    let text =
      switch wanted {
      case _ where all.isEmpty && service.externalName != nil:
        "the Service is an ExternalName that says no port, so that a number must be named"
      case _ where all.isEmpty: "the Service has no port of TCP"
      case .only: "the Service has several ports, of which one must be named: \(list)"
      case .name(let name): "the Service has no port named \(name); it has \(list)"
      case .number(let number): "the Service has no port \(number); it has \(list)"
      }
    return .failure(PortFault(text: text))
  }

  // MARK: Endpoints

  /// Each address once: for a moment one may be in two slices, and then the better word about it counts.
  private static func gather(
    _ slices: [KubernetesSlice], port: String, hostname: String?
  ) -> [KubernetesEndpoint] {
    var found: [SocketAddress: KubernetesEndpoint] = [:]
    for slice in slices {
      guard let number = slice.ports[port] else { continue }
      for var endpoint in slice.endpoints {
        if let hostname, endpoint.hostname != hostname { continue }
        endpoint.address = endpoint.address.with(port: number)
        if let known = found[endpoint.address], known.rank >= endpoint.rank { continue }
        found[endpoint.address] = endpoint
      }
    }
    return found.values.sorted { $0.address.order < $1.address.order }
  }

  private static func judged(_ all: [KubernetesEndpoint], zone: String) -> [DiscoveredEndpoint] {
    let ready = all.filter { $0.isReady && $0.address.isUnicast }
    let followsHints =
      !zone.isEmpty && !ready.isEmpty && ready.allSatisfy { !$0.hints.isEmpty }
      && ready.contains { $0.hints.contains(zone) }
    return all.map { endpoint in
      let unused: DiscoveredEndpoint.Unused? =
        if endpoint.isReady {
          followsHints && !endpoint.hints.contains(zone) ? .inReserve : nil
        } else if ready.isEmpty, endpoint.isServing, endpoint.isTerminating {
          nil
        } else {
          endpoint.isTerminating ? .terminating : .notReady
        }
      return DiscoveredEndpoint(address: endpoint.address, zone: endpoint.zone, unused: unused)
    }
  }
}

extension KubernetesEndpoint {
  /// The more, the more use it is.
  fileprivate var rank: Int { isReady ? 2 : isServing ? 1 : 0 }
}

extension SocketAddress {
  fileprivate func isOf(_ family: KubernetesService.Family) -> Bool {
    if case .v6 = self { family == .v6 } else { family == .v4 }
  }

  /// So that the same endpoints are the same list.
  fileprivate var order: (UInt64, UInt64, UInt16) {
    switch self {
    case .v4(let address, let port): (0, UInt64(address), port)
    case .v6(let high, let low, let port): (high, low, port)
    case .unix: (0, 0, 0)
    }
  }
}
