import Mesh
import Policy
import Primitives
import Testing

/// Which endpoints are shown though no snapshot names them any more.
@Suite struct LeavingEndpointTests {
  private let store = StateStore()

  private func leaving(_ snapshot: MeshSnapshot) -> [String] {
    store.leaving(snapshot).map { "\($0.service) \($0.text)" }
  }

  @Test func thoseThatAreBusyAndNotInTheSnapshot() {
    let before = snapshot([("a", [1, 2, 3]), ("b", [1, 4]), ("c", [5])], store)
    let after = snapshot([("a", [1]), ("b", [4])], store, version: 2)
    #expect(leaving(after).isEmpty)
    // Of "a" 1 and 2, of "b" 1, of "c" the only one: a request here, a connection there.
    for place in [0, 1, 3] { before.endpoints[place].state.active.increment() }
    before.endpoints[5].state.connections.increment()
    #expect(leaving(before).isEmpty)
    #expect(leaving(after) == ["a 10.0.0.2:80", "b 10.0.0.1:80", "c 10.0.0.5:80"])
    before.endpoints[1].state.active.decrement()
    before.endpoints[5].state.connections.decrement()
    #expect(leaving(after) == ["b 10.0.0.1:80"])
    #expect(leaving(before).isEmpty)
  }

  /// Known still, and told as what it is.
  @Test func notThoseThatOnlyGetNoRequests() {
    let reference = ServiceReference.etcd(EtcdReference(prefix: "/a/"))
    let state = store.state(of: "a", address(1), source: .etcd)
    let unused = UnusedEndpoint(DiscoveredEndpoint(address: address(1), unused: .notReady), state)
    let list = EndpointList(
      store.service("a"), [], discovery: Discovery(reference, isKnown: true, unused: [unused]))
    let named = MeshSnapshot(
      version: 1, settings: MeshSettings(), listeners: [], routes: RouteTable(), endpointLists: [list])
    state.connections.increment()
    #expect(leaving(named).isEmpty)
    #expect(leaving(snapshot([("a", [2])], store, version: 2)) == ["a 10.0.0.1:80"])
  }
}
