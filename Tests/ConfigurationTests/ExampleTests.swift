import Mesh
import Primitives
import Testing

@testable import Configuration

/// Every example loads as it stands, without a warning.
@Suite struct ExampleTests {
  @Test(arguments: ["demo", "sidecar", "gateway", "benchmark", "discovery", "grpc"])
  func theExampleLoads(name: String) throws {
    let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
    let loaded = ConfigurationLoader(environment: [:]).load(
      path: "/\(root)/configs/\(name).yaml", states: StateStore())
    #expect(loaded.diagnostics.map(\.description) == [])
    let snapshot = try #require(loaded.snapshot)
    #expect(!snapshot.listeners.isEmpty && !snapshot.services.isEmpty && !snapshot.routes.rules.isEmpty)
  }

  @Test func theDemoIsWhatTheDemoNeeds() throws {
    let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
    let snapshot = try #require(
      ConfigurationLoader(environment: [:]).load(path: "/\(root)/configs/demo.yaml", states: StateStore())
        .snapshot)
    #expect(snapshot.listeners.map(\.address.description) == ["127.0.0.1:8080"])
    #expect(snapshot.settings.admin?.description == "127.0.0.1:9901")
    #expect(snapshot.services.map(\.name) == ["web", "reports", "flaky"])
    #expect(snapshot.services[2].state.breaker != nil)
    #expect(snapshot.routes.rules[1].retry != nil)
  }
}
