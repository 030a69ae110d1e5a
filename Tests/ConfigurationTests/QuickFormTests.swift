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

  @Test func oneNameIsResolved() throws {
    let loaded = load(":8080", ["orders.shop.internal:9000"])
    #expect(loaded.diagnostics == [])
    #expect(
      loaded.snapshot?.endpointLists.map(\.discovery?.reference)
        == [.dns(DNSReference(name: "orders.shop.internal", port: 9000))])
  }

  @Test(arguments: [
    (
      ["a.b:80", "c.d:80"],
      "`a.b` is a name, and an address is needed: one `--upstream` alone may have a name"
    ),
    (["a.b:0"], "`0` is no port"), (["-:80"], "`-:80` is no address"),
    (["http://a.b"], "`http://a.b` is a URL"), (["a.b"], "`a.b` is no address"),
  ])
  func whatIsNoName(_ upstreams: [String], _ told: String) {
    let found = load(":1", upstreams).diagnostics.map(\.message)
    #expect(found.contains { $0.hasPrefix(told) }, "\(found)")
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
