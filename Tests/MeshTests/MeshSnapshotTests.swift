import Mesh
import Primitives
import Testing

@Suite struct MeshSnapshotTests {
  @Test func numbersAreDenseOverAllServices() {
    let mesh = snapshot([("a", [1, 2]), ("none", []), ("b", [3])], version: 9)
    #expect(mesh.version == 9)
    #expect(mesh.services.map(\.index) == [0, 1, 2])
    #expect(mesh.endpoints.map(\.index) == [0, 1, 2])
    #expect(mesh.endpoints.map(\.text) == ["10.0.0.1:80", "10.0.0.2:80", "10.0.0.3:80"])
    #expect(mesh.endpointLists[2].endpoints.first === mesh.endpoints[2])
    #expect(mesh.numbering.services.names == ["a", "none", "b"])
    #expect(mesh.numbering.endpoints.names.map { $0?.address } == [1, 2, 3].map { address($0) })
  }
}
