import Mesh
import Policy
import Primitives

/// `10.0.0.<last>:80`.
func address(_ last: UInt8) -> SocketAddress { .v4(address: 0x0A00_0000 | UInt32(last), port: 80) }

/// Services by name, each with the last bytes of its endpoints' addresses.
func snapshot(
  _ table: [(name: String, endpoints: [UInt8])], _ store: StateStore = StateStore(), version: UInt64 = 1
) -> MeshSnapshot {
  var settings = ServiceSettings()
  settings.breaker = CircuitBreaker.Settings()
  let lists = table.map { entry in
    EndpointList(
      store.service(entry.name, settings),
      entry.endpoints.map { store.endpoint(of: entry.name, address($0)) })
  }
  return MeshSnapshot(
    version: version, settings: MeshSettings(), listeners: [], routes: RouteTable(), endpointLists: lists,
    numbering: store.numbering)
}
