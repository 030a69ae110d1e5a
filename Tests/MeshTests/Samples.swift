import Mesh
import Policy
import Primitives

/// `10.0.0.<last>:80`.
func address(_ last: UInt8) -> SocketAddress { .v4(address: 0x0A00_0000 | UInt32(last), port: 80) }

/// Services by name, each with the last bytes of its endpoints' addresses.
func snapshot(
  _ table: [(name: String, endpoints: [UInt8])], _ store: StateStore = StateStore(), version: UInt64 = 1
) -> MeshSnapshot {
  var next = 0
  let services = table.enumerated().map { place, entry in
    let endpoints = entry.endpoints.map { last in
      defer { next += 1 }
      return Endpoint(
        index: next, address: address(last), state: store.endpoint(of: entry.name, address(last)))
    }
    return Service(
      index: place, name: entry.name, endpoints: endpoints,
      state: store.service(entry.name, limits: ServiceLimits(), breaker: CircuitBreaker.Settings()))
  }
  return MeshSnapshot(
    version: version, settings: MeshSettings(), listeners: [], routes: RouteTable(), services: services)
}
