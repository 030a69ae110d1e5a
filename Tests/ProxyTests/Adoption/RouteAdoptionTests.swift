import Glibc
import Mesh
import Primitives
import Proxy
import Telemetry
import Testing

/// Routes, services and listeners change while requests are under way.
@Suite struct RouteAdoptionTests {
  static let get = ConnectionLimitTests.get
  private let states = StateStore()

  private static func yaml(
    _ services: [(name: String, port: UInt16)], listeners: String = "{name: test, address: \"127.0.0.1:0\"}",
    settings: String = ""
  ) -> String {
    let routes = services.map {
      "{name: \($0.name), rules: [{matches: [{path: {type: PathPrefix, value: /\($0.name)}}], backendRefs: [{name: \($0.name)}]}]}"
    }
    let table = services.map { "{name: \($0.name), endpoints: [\"127.0.0.1:\($0.port)\"]\(settings)}" }
    return """
      listeners: [\(listeners)]
      routes: [\(routes.joined(separator: ", "))]
      services: [\(table.joined(separator: ", "))]
      """
  }

  @Test func theNextRequestOfAConnectionGoesByTheNewRoutes() throws {
    let (a, b) = (Origin(body: "a"), Origin(body: "b"))
    let proxy = try TestProxy(whole: Self.yaml([("a", a.port)]), states)
    let client = try proxy.connect()
    #expect(try client.exchange(Self.get.replacing("/ ", with: "/a ")).text == "a")
    try proxy.adopt(Self.yaml([("b", b.port)]), states)
    #expect(try client.exchange(Self.get.replacing("/ ", with: "/a ")).status == 404)
    #expect(try client.exchange(Self.get.replacing("/ ", with: "/b ")).text == "b")
    #expect(proxy.comesToRest)
  }

  @Test func aRequestKeepsTheServiceThatItBeganWith() throws {
    let (arrived, gate) = (Notes(), Gate())
    let a = RequestLimitTests.held(arrived, gate)
    let b = Origin(body: "b")
    let proxy = try TestProxy(whole: Self.yaml([("a", a.port)]), states)
    let client = try proxy.connect()
    try client.send(Self.get.replacing("/ ", with: "/a "))
    #expect(eventually { arrived.count == 1 })
    for _ in 0..<3 {
      try proxy.adopt(Self.yaml([("b", b.port)]), states)
      states.tidy()
      #expect(try proxy.get("/b").text == "b")
    }
    // The number of a service that is still used is nobody else's.
    #expect(proxy.metrics.services.map(\.name) == ["a", "b"])
    gate.open()
    #expect(try client.readMessage().status == 200)
    #expect(eventually { proxy.metrics.service(named: "a")?.requests.total == 1 })
    #expect(eventually { proxy.metrics.service(named: "a")?.gauge(.connectionsActive) == 0 })
    // Now it is.
    try proxy.adopt(Self.yaml([("c", b.port), ("d", b.port)]), states)
    try proxy.adopt(Self.yaml([("c", b.port), ("e", b.port)]), states)
    #expect(try proxy.get("/e").text == "b")
    #expect(proxy.metrics.service(named: "a") == nil)
    #expect(proxy.metrics.service(named: "e")?.requests.total == 1)
    #expect(proxy.metrics.services.count <= 4)
  }

  @Test func aChangedServiceGetsFreshConnectionsAndKeepsItsCounts() throws {
    let (arrived, gate) = (Notes(), Gate())
    let origin = RequestLimitTests.held(arrived, gate)
    let proxy = try TestProxy(whole: Self.yaml([("a", origin.port)]), states)
    let client = try proxy.connect()
    try client.send(Self.get.replacing("/ ", with: "/a "))
    #expect(eventually { arrived.count == 1 })
    try proxy.adopt(
      Self.yaml([("a", origin.port)], settings: ", circuitBreaker: {maxRequests: 1}"), states)
    let refused = try proxy.get("/a")
    #expect(refused.status == 503)
    #expect(proxy.held.requests == 1)
    gate.open()
    #expect(try client.readMessage().status == 200)
    #expect(try client.exchange(Self.get.replacing("/ ", with: "/a ")).status == 200)
    #expect(origin.connections == 2)
    #expect(proxy.comesToRest)
    #expect(proxy.metrics.service(named: "a")?.requests.total == 3)
  }

  @Test(arguments: [1, 3]) func listenersComeAndGo(_ workers: Int) throws {
    let origin = Origin(body: "a")
    let (first, second) = (Origin.freePort(), Origin.freePort())
    func listeners(_ ports: [UInt16]) -> String {
      ports.map { "{name: l\($0), address: \"127.0.0.1:\($0)\"}" }.joined(separator: ", ")
    }
    let proxy = try TestProxy(
      whole: Self.yaml([("a", origin.port)], listeners: listeners([first])), states, workers: workers)
    let kept = try Wire.connect(port: first)
    #expect(try kept.exchange(Self.get.replacing("/ ", with: "/a ")).text == "a")
    try proxy.adopt(Self.yaml([("a", origin.port)], listeners: listeners([first, second])), states)
    #expect(proxy.server.listeners.map(\.address.port) == [first, second])
    let fresh = try Wire.connect(port: second)
    #expect(try fresh.exchange(Self.get.replacing("/ ", with: "/a ")).text == "a")
    #expect(try kept.exchange(Self.get.replacing("/ ", with: "/a ")).text == "a")
    try proxy.adopt(Self.yaml([("a", origin.port)], listeners: listeners([second])), states)
    #expect(eventually { DrainTests.isRefused(first) })
    // Who is there may ask once more, as in a drain.
    let last = try kept.exchange(Self.get.replacing("/ ", with: "/a "))
    #expect(last.text == "a" && last["connection"]?.lowercased() == "close")
    #expect(try fresh.exchange(Self.get.replacing("/ ", with: "/a ")).text == "a")
    try proxy.adopt(Self.yaml([("a", origin.port)], listeners: listeners([second, first])), states)
    #expect(try Wire.connect(port: first).exchange(Self.get.replacing("/ ", with: "/a ")).text == "a")
    proxy.server.drain()
    fresh.end()
    kept.end()
    #expect(eventually { proxy.server.isDrained })
  }

  @Test func aListenerThatCannotBeOpenedChangesNothing() throws {
    let origin = Origin(body: "a")
    let taken = Origin(body: "another's")
    let proxy = try TestProxy(whole: Self.yaml([("a", origin.port)]), states)
    let more = Self.yaml(
      [("b", origin.port)],
      listeners: "{name: test, address: \"127.0.0.1:0\"}, {name: x, address: \"127.0.0.1:\(taken.port)\"}")
    #expect(throws: ProxyServer.ListenFailure.self) { try proxy.adopt(more, states) }
    #expect(proxy.server.snapshot.version == 1)
    #expect(try proxy.get("/a").text == "a")
  }

  @Test func countersGoOn() throws {
    let origin = Origin(body: "a")
    let proxy = try TestProxy(whole: Self.yaml([("a", origin.port)]), states)
    _ = try proxy.get("/a")
    for round in 0..<40 {
      // Others come before it and after it, and more than there was room for.
      let others = (0..<(round % 7 * 3)).map { (name: "s\($0)", port: origin.port) }
      try proxy.adopt(Self.yaml(others + [("a", origin.port)] + [("z\(round)", origin.port)]), states)
      _ = try proxy.get("/a")
      _ = try proxy.get("/z\(round)")
    }
    #expect(proxy.metrics.service(named: "a")?.requests.total == 41)
    #expect(proxy.metrics.service(named: "z39")?.requests.total == 1)
    #expect(proxy.metrics.rules.first { $0.name?.route == "a" }?.requests.durations?.count == 41)
    #expect(proxy.metrics.endpoints.first { $0.name.service == "z39" }?.requests == 1)
    #expect(proxy.metrics.gauge(.downstreamConnections) == 0 || eventually { proxy.clients == 0 })
  }

  @Test(arguments: [1, 3]) func aListenerMayGoFromOneAddressToAll(_ workers: Int) throws {
    let origin = Origin(body: "a")
    let port = Origin.freePort()
    func yaml(_ host: String) -> String {
      Self.yaml([("a", origin.port)], listeners: "{name: l, address: \"\(host):\(port)\"}")
    }
    let proxy = try TestProxy(whole: yaml("127.0.0.1"), states, workers: workers)
    for host in ["0.0.0.0", "127.0.0.1"] {
      try proxy.adopt(yaml(host), states)
      // Those that go let in who is in their queues already, for a moment.
      #expect(
        eventually {
          (try? Wire.connect(port: port).exchange(Self.get.replacing("/ ", with: "/a ")).text) == "a"
        })
    }
  }
}
