import Mesh
import Primitives
import Proxy
import Testing

/// A source finds other endpoints while requests are under way: nothing else of the mesh is touched.
@Suite struct FollowingTests {
  private static let get = ConnectionLimitTests.get
  private let states = StateStore()
  private let reference = ServiceReference.dns(DNSReference(name: "origin", port: 80))

  private func proxy(
    _ ports: [UInt16], workers: Int = 1, beforeStart: (ProxyServer) throws -> Void = { _ in }
  ) throws -> TestProxy {
    tell(ports)
    return try TestProxy(
      whole: """
        listeners: [{name: test, address: "127.0.0.1:0"}]
        routes: [{name: all, rules: [{backendRefs: [{name: origin}]}]}]
        services: [{name: origin, dns: "origin:80"}]
        """, states, workers: workers, beforeStart: beforeStart)
  }

  private func tell(_ ports: [UInt16]) {
    _ = states.discovered.tell(
      ports.map { DiscoveredEndpoint(address: .v4(address: 0x7F00_0001, port: $0)) }, for: reference,
      now: MonotonicTime(nanoseconds: 0))
  }

  private func follow(_ server: ProxyServer, _ ports: [UInt16]) {
    tell(ports)
    let snapshot = server.snapshot
    let list = states.discovered.list(snapshot.services[0], reference, states)
    server.follow(
      MeshSnapshot(
        snapshot, version: snapshot.version + 1, replacing: [0: list], numbering: states.numbering),
      [list])
  }

  private func follow(_ proxy: TestProxy, _ ports: [UInt16]) throws {
    follow(proxy.server, ports)
    guard eventually({ proxy.server.settle() }) else { throw TestProxy.NotAdopted() }
  }

  @Test(arguments: [1, 3]) func requestsGoWhereTheEndpointsAreNow(_ workers: Int) throws {
    let (first, second) = (Origin(body: "1"), Origin(body: "2"))
    let proxy = try proxy([first.port], workers: workers)
    let client = try proxy.connect()
    #expect(try client.exchange(Self.get).text == "1")
    try follow(proxy, [second.port])
    #expect(try client.exchange(Self.get).text == "2")
    try follow(proxy, [])
    #expect(try client.exchange(Self.get).status == 503)
    try follow(proxy, [second.port, first.port])
    let answers = try (0..<4).map { _ in try client.exchange(Self.get).text }
    #expect(answers.sorted() == ["1", "1", "2", "2"])
    #expect(proxy.comesToRest)
  }

  /// Clients that connect before the sources have answered wait in the listeners' queues, with their requests sent.
  @Test(arguments: [1, 3]) func whoHasWaitedForTheSourcesIsServed(_ workers: Int) throws {
    let origin = Origin(body: "1")
    var clients: [Wire] = []
    let proxy = try proxy([], workers: workers) { server in
      for _ in 0..<8 {
        let client = try Wire.connect(port: server.listeners[0].address.port)
        try client.send(Self.get)
        clients.append(client)
      }
      follow(server, [origin.port])
    }
    for client in clients { #expect(try client.readMessage().status == 200) }
    #expect(proxy.server.settle())
  }

  @Test func whoLeavesFinishesWhatItHasAndItsConnectionsEnd() throws {
    let (arrived, gate) = (Notes(), Gate())
    let leaving = RequestLimitTests.held(arrived, gate)
    let staying = Origin(body: "stays")
    let proxy = try proxy([leaving.port])
    let client = try proxy.connect()
    try client.send(Self.get)
    #expect(eventually { arrived.count == 1 })
    try follow(proxy, [staying.port])
    for _ in 0..<5 { #expect(try proxy.get().text == "stays") }
    gate.open()
    #expect(try client.readMessage().status == 200)
    #expect(arrived.count == 1 && leaving.connections == 1)
    #expect(eventually { proxy.held.connections == 1 })
    #expect(proxy.comesToRest)
  }

  @Test func aChangeForASnapshotThatHasGoneIsHarmless() throws {
    let origin = Origin(body: "1")
    let proxy = try proxy([origin.port])
    let former = proxy.server.snapshot
    // The service is another object now: its list says nothing to the workers.
    try proxy.adopt(
      """
      listeners: [{name: test, address: "127.0.0.1:0"}]
      routes: [{name: all, rules: [{backendRefs: [{name: origin}]}]}]
      services: [{name: origin, dns: "origin:80", connectTimeout: 2s}]
      """, states)
    let stale = EndpointList(former.services[0], [])
    let snapshot = proxy.server.snapshot
    proxy.server.follow(
      MeshSnapshot(snapshot, version: snapshot.version + 1, replacing: [:], numbering: states.numbering),
      [stale])
    #expect(eventually { proxy.server.settle() })
    #expect(try proxy.get().text == "1")
  }
}
