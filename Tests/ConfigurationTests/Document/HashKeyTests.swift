import Mesh
import Policy
import Testing

@testable import Configuration

@Suite struct HashKeyDecodingTests {
  private func load(_ rest: String) -> LoadedConfiguration {
    ConfigurationLoader(environment: [:])
      .load(
        Array("services: [{name: a, endpoints: [\"127.0.0.1:1\"], \(rest)}]".utf8), file: "f",
        states: StateStore())
  }

  @Test(arguments: [
    ("loadBalancing: ring-hash", HashKey.sourceAddress),
    ("loadBalancing: ring-hash, hash: {header: X-User}", .header(Array("x-user".utf8))),
    ("loadBalancing: ring-hash, hash: {cookie: Session}", .cookie(Array("Session".utf8))),
    ("loadBalancing: ring-hash, hash: {queryParameter: user}", .queryParameter(Array("user".utf8))),
    ("loadBalancing: ring-hash, hash: {sourceAddress: true}", .sourceAddress),
  ])
  func keys(_ rest: String, _ key: HashKey) throws {
    let loaded = load(rest)
    #expect(loaded.diagnostics.isEmpty)
    let settings = try #require(loaded.snapshot?.services.first?.settings)
    #expect(settings.balancing == .ringHash && settings.hashKey == key)
  }

  @Test(arguments: [
    ("loadBalancing: ring-hash, hash: {}", "services[0].hash: says nothing"),
    ("loadBalancing: ring-hash, hash: x-user", "services[0].hash: expected a map such as {header: x-user}"),
    ("loadBalancing: ring-hash, hash: {header: a b}", "services[0].hash.header: `a b` is no name"),
    ("loadBalancing: ring-hash, hash: {header: a, cookie: b}", "there is `header` already"),
    ("loadBalancing: ring-hash, hash: {headr: a}", "unknown field `headr`"),
    ("hash: {header: a}", "services[0].hash: has no effect"),
    ("loadBalancing: peak-ewma", "not supported yet"),
  ])
  func mistakes(_ rest: String, _ told: String) {
    let found = load(rest).diagnostics.map(\.description)
    #expect(found.contains { $0.contains(told) }, "\(found)")
  }
}
