import Mesh
import Primitives
import Testing

@testable import Configuration

@Suite struct QuickFormTests {
  private func load(_ listen: String, _ upstreams: [String]) -> LoadedConfiguration {
    ConfigurationLoader(environment: [:]).load(listen: listen, upstreams: upstreams, states: StateStore())
  }

  @Test func oneListenerOneService() throws {
    let loaded = load(":8080", ["127.0.0.1:9000", "localhost:9001"])
    #expect(loaded.diagnostics == [])
    let snapshot = try #require(loaded.snapshot)
    #expect(snapshot.listeners.map(\.address.description) == ["0.0.0.0:8080"])
    #expect(
      snapshot.endpointLists.map { $0.endpoints.map(\.text) } == [["127.0.0.1:9000", "127.0.0.1:9001"]])
    #expect(snapshot.routes.rules.map { $0.backends[0].service.name } == ["upstream"])
  }

  @Test func mistakesNameTheOption() {
    #expect(
      load("8080", ["x"]).diagnostics.map(\.description) == [
        "command line: --listen: `8080` is a port alone (did you mean `:8080`?)",
        "command line: --upstream: `x` is no address (valid: 10.0.0.5:8080, [::1]:8080, localhost:8080, unix:/path)",
      ])
    #expect(load(":1", []).diagnostics.map(\.path) == ["--upstream"])
  }
}
