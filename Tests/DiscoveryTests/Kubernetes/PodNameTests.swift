import Client
import HTTP
import Mesh
import Primitives
import Reactor
import Testing

@testable import Discovery

/// `db-0.db`, which is a service and its namespace, or else a pod of our own: from the API server to the table.
@Suite struct PodNameTests {
  private let loop: EventLoop
  private let api: FakeAPIServer
  private let table = DiscoveredTable()
  private let discovery: MeshDiscovery
  private let dispatcher = EventDispatcher()
  private let reference: ServiceReference

  init() throws {
    loop = try EventLoop(readSize: 16 << 10)
    api = try FakeAPIServer()
    let client = HTTPClient(on: loop, kind: 8, resolver: NoHosts())
    var settings = KubernetesSettings(server: try HTTPURL("http://127.0.0.1:\(api.port)"))
    settings.namespace = "here"
    let (loop, dispatcher) = (loop, dispatcher)
    discovery = MeshDiscovery(table, on: loop) { [settings] _, sink in
      let source = KubernetesSource(settings, client: client, on: loop, kind: 20, sink: sink, seed: 7)
      dispatcher.add(source, kinds: 20...20)
      return source
    }
    dispatcher.add(client, kinds: 8...(8 + HTTPClient.kindCount - 1))
    reference = .kubernetes(KubernetesReference(namespace: "db", service: "db-0", mayBePod: true))
    put(
      "db", in: "here",
      #"{"addresses":["10.0.0.1"],"hostname":"db-0"},{"addresses":["10.0.0.2"],"hostname":"db-1"}"#)
  }

  private func put(_ name: String, in namespace: String, _ endpoints: String) {
    api.put(
      .init(resource: "services", namespace: namespace, name: name, rest: #""spec":{"ports":[{"port":80}]}"#))
    api.put(
      .init(
        resource: "endpointslices", namespace: namespace, name: name, service: name,
        rest: #""endpoints":[\#(endpoints)],"ports":[{"port":8080}]"#))
  }

  private func holds(_ addresses: [String]) throws -> Bool {
    let end = Clock.now() + .seconds(60)
    while Clock.now() < end {
      if table[reference]?.endpoints.map(\.address.description) == addresses { return true }
      try api.poll()
      loop.turn(dispatcher, limit: Clock.now() + .milliseconds(1))
    }
    return false
  }

  @Test func isOurPodWhereThereIsNoSuchService() throws {
    defer { discovery.stop() }
    discovery.watch([reference])
    #expect(try holds(["10.0.0.1:8080"]))
    #expect(
      discovery.remark(on: reference)
        == "there is no Service db-0 in namespace db; the pod db-0 of db here is meant")
    // The pod moves.
    put("db", in: "here", #"{"addresses":["10.0.0.3"],"hostname":"db-0"}"#)
    #expect(try holds(["10.0.0.3:8080"]))
    // The service that the name likelier means comes, and goes again.
    put("db-0", in: "db", #"{"addresses":["10.0.9.9"]}"#)
    #expect(try holds(["10.0.9.9:8080"]))
    #expect(discovery.remark(on: reference) == nil)
    api.delete("services", "db-0", in: "db")
    #expect(try holds(["10.0.0.3:8080"]))
  }

  @Test func isTheServiceWithoutALookAtOurs() throws {
    defer { discovery.stop() }
    put("db-0", in: "db", #"{"addresses":["10.0.9.9"]}"#)
    discovery.watch([reference])
    #expect(try holds(["10.0.9.9:8080"]))
    #expect(api.requests.allSatisfy { $0.namespace == "db" })
  }

  @Test func whereThereIsNeitherBothAreTold() throws {
    defer { discovery.stop() }
    api.delete("services", "db", in: "here")
    discovery.watch([reference])
    #expect(try holds([]))
    #expect(
      discovery.remark(on: reference)
        == "there is no Service db-0 in namespace db; there is no Service db in namespace here")
  }

  /// A Role in our own namespace is often all there is.
  @Test func whatWeMayNotSeeIsOurPod() throws {
    defer { discovery.stop() }
    api.forbidden = ["db"]
    discovery.watch([reference])
    #expect(try holds(["10.0.0.1:8080"]))
    #expect(discovery.states.first?.fault?.contains("may not list services in namespace db (403)") == true)
  }
}
