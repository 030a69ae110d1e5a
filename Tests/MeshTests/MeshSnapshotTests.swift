import Mesh
import Primitives
import Testing

@Suite struct MeshSnapshotTests {
  @Test func endpointsAreDenseOverAllServices() {
    let mesh = snapshot([("a", [1, 2]), ("none", []), ("b", [3])], version: 9)
    #expect(mesh.version == 9)
    #expect(mesh.services.map(\.index) == [0, 1, 2])
    #expect(mesh.endpoints.map(\.index) == [0, 1, 2])
    #expect(mesh.endpoints.map(\.text) == ["10.0.0.1:80", "10.0.0.2:80", "10.0.0.3:80"])
    #expect(mesh.services[2].endpoints.first === mesh.endpoints[2])
  }

  @Test func indicesInTheWrongPlaceTrap() async {
    await #expect(processExitsWith: .failure) {
      let service = Service(index: 1, name: "a", endpoints: [], state: ServiceState())
      _ = MeshSnapshot(
        version: 1, settings: MeshSettings(), listeners: [], routes: RouteTable(), services: [service])
    }
    await #expect(processExitsWith: .failure) {
      let endpoint = Endpoint(index: 3, address: .unix(path: "/x"), state: EndpointState())
      let service = Service(index: 0, name: "a", endpoints: [endpoint], state: ServiceState())
      _ = MeshSnapshot(
        version: 1, settings: MeshSettings(), listeners: [], routes: RouteTable(), services: [service])
    }
  }
}
