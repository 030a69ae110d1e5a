internal import Mesh
internal import Policy
internal import Primitives

/// One worker's balancer for one service.
struct ServiceBalancer {
  private var balancer: Balancer

  init(_ service: Service) { balancer = Balancer(service.balancing, over: ServiceEndpoints(service)) }

  /// The place of the endpoint to use among the service's endpoints; nil where none can be used.
  mutating func pick(_ service: Service, excluding failed: EndpointMask, random: inout Random) -> Int? {
    balancer.pick(ServiceEndpoints(service), excluding: failed, random: &random)
  }
}

/// A service's endpoints as balancers see them.
private struct ServiceEndpoints: EndpointSet {
  private let endpoints: [Endpoint]

  init(_ service: Service) { endpoints = service.endpoints }

  var count: Int { endpoints.count }
  func weight(_ index: Int) -> Int { endpoints[index].weight }
  func active(_ index: Int) -> Int { endpoints[index].state.active.value }
  func isAvailable(_ index: Int) -> Bool { true }
}
