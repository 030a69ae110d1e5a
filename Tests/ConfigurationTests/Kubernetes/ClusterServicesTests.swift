import Mesh
import Primitives
import Testing

@testable import Configuration

/// Backends that are names of Kubernetes' and no entries of `services`.
@Suite struct ClusterServicesTests {
  private func load(_ backends: String, _ more: String = "", matches: String = "") -> LoadedConfiguration {
    TestKubeconfig.with { path in
      ConfigurationTests.load(
        """
        kubernetes: {kubeconfig: \(path), namespace: here, clusterDomain: k8s.example}
        services: [{name: web, endpoints: [127.0.0.1:9000]}]
        routes: [{name: r, rules: [{\(matches)backendRefs: [{name: web}, \(backends)]}]}]
        \(more)
        """)
    }
  }

  /// What the backends behind `web` lead to.
  private func references(_ loaded: LoadedConfiguration) throws -> [String] {
    let snapshot = try #require(loaded.snapshot, "\(loaded.diagnostics)")
    return snapshot.routes.rules.flatMap(\.backends).dropFirst().map { backend in
      let list = snapshot.endpointLists.first { $0.service === backend.service }
      return list?.discovery.map { "\($0.reference.source) \($0.reference)" } ?? "none"
    }
  }

  @Test(arguments: [
    ("{name: orders}", "orders.here"),
    ("{name: ORDERS}", "orders.here"),
    ("{name: orders, port: 8080}", "orders.here:8080"),
    ("{name: orders, port: http}", "orders.here:http"),
    ("{name: orders, namespace: shop, port: 80}", "orders.shop:80"),
    ("{group: \"\", kind: Service, name: orders, namespace: shop, port: 80, weight: 3}", "orders.shop:80"),
    ("{name: orders.shop, port: 80}", "orders.shop:80"),
    ("{name: orders.shop.svc}", "orders.shop"),
    ("{name: orders.shop.svc.k8s.example}", "orders.shop"),
    ("{name: orders.shop.svc.k8s.example.}", "orders.shop"),
    ("{name: db-0.db.shop, port: 5432}", "db-0.db.shop:5432"),
    ("{name: db-0.db, namespace: shop}", "db-0.db.shop"),
    ("{name: db-0.db.shop.svc.k8s.example}", "db-0.db.shop"),
  ])
  func leadThere(_ backend: String, _ reference: String) throws {
    let loaded = load(backend)
    #expect(try references(loaded) == ["kubernetes \(reference)"])
    #expect(loaded.snapshot?.endpointLists.map(\.service.name) == ["web", reference])
    #expect(loaded.diagnostics == [])
  }

  @Test(arguments: [
    ("{name: a_b}", "there is no service `a_b`"),
    ("{name: orders.shop.svc.cluster.local}", "there is no service `orders.shop.svc.cluster.local`"),
    ("{name: orders.shop.svc, namespace: shop}", "there is no service `orders.shop.svc`"),
    ("{name: orders, namespace: Shop}", "is no name of Kubernetes'"),
    ("{name: orders, port: 0}", "0 is out of range"),
    ("{name: orders, port: -x}", "is no name of Kubernetes'"),
  ])
  func areNone(_ backend: String, _ reason: String) {
    let loaded = load(backend)
    #expect(loaded.snapshot == nil)
    #expect(loaded.diagnostics.contains { $0.description.contains(reason) }, "\(loaded.diagnostics)")
  }

  @Test func allSpellingsAreOneService() throws {
    let loaded = load(
      "{name: orders, port: 80}, {name: orders.here, port: 80}, {name: orders.here.svc.k8s.example, port: 80}, {name: orders, port: 81}"
    )
    #expect(
      loaded.snapshot?.endpointLists.map(\.service.name) == ["web", "orders.here:80", "orders.here:81"])
  }

  /// `a.b` may be a pod of our own, unless another spelling says that it is none.
  @Test(arguments: [
    ("{name: db-0.db}", [true]), ("{name: db-0.db}, {name: db-0.db.svc}", [false]),
    ("{name: db-0.db.svc}, {name: db-0.db}", [false]), ("{name: db-0, namespace: db}", [false]),
    ("{name: db}, {name: db-0.db.shop}", [false, false]),
  ])
  func whatMayBeAPod(_ backends: String, _ mayBe: [Bool]) throws {
    let snapshot = try #require(load(backends).snapshot)
    #expect(
      snapshot.endpointLists.dropFirst().map { list in
        guard case .kubernetes(let reference) = list.discovery?.reference else { return false }
        return reference.mayBePod
      } == mayBe)
  }

  @Test func anEntryOfServicesWins() throws {
    let text = "{name: web, namespace: shop, port: 80}"
    let loaded = load(text)
    #expect(loaded.snapshot?.endpointLists.count == 1)
    #expect(
      loaded.diagnostics.map(\.description) == [
        "f:3:79: warning: routes[0].rules[0].backendRefs[1].namespace: has no effect: `web` is an entry of `services`",
        "f:3:91: warning: routes[0].rules[0].backendRefs[1].port: has no effect: `web` is an entry of `services`",
      ])
  }

  @Test func oneThatIsCalledAsTheServiceIsItToo() throws {
    let loaded = TestKubeconfig.with { path in
      ConfigurationTests.load(
        """
        kubernetes: {kubeconfig: \(path)}
        services: [{name: orders.shop, endpoints: [127.0.0.1:9000]}]
        routes: [{name: r, rules: [{backendRefs: [{name: orders.shop.svc}]}]}]
        """)
    }
    #expect(loaded.snapshot?.endpointLists.map(\.service.name) == ["orders.shop"])
    #expect(loaded.snapshot?.routes.rules[0].backends.map(\.service.name) == ["orders.shop"])
  }

  /// A rule that was pasted says the port.
  @Test func whatMayBeMisspeltIsAWarning() {
    #expect(
      load("{name: webb}").diagnostics.map(\.description) == [
        "f:3:63: warning: routes[0].rules[0].backendRefs[1].name: `services` has no `webb`: it is taken for the Service of that name in namespace here (did you mean `web`?)"
      ])
    #expect(load("{name: webb, port: 80}, {name: webb.here}, {name: webb, namespace: a}").diagnostics == [])
  }

  @Test func settingsAreTheStandardOnes() throws {
    let loaded = load("{name: orders}", "timeouts: {connect: 2s, upstreamIdle: 7s}")
    let settings = try #require(loaded.snapshot?.endpointLists.last?.service.settings)
    #expect(settings.connectTimeout == .seconds(2) && settings.idleTimeout == .seconds(7))
    #expect(settings.protocol == .http1)
  }

  @Test func whereOnlyCallsOfGRPCGoItIsHTTP2() throws {
    let calls = "matches: [{method: {service: shop.Orders}}], "
    let loaded = load("{name: orders}", matches: calls)
    #expect(loaded.snapshot?.endpointLists.last?.service.settings.protocol == .h2)
    let both = TestKubeconfig.with { path in
      ConfigurationTests.load(
        """
        kubernetes: {kubeconfig: \(path)}
        routes:
        - {name: r, rules: [{\(calls)backendRefs: [{name: orders}]}, {backendRefs: [{name: orders.default}]}]}
        """)
    }
    #expect(both.snapshot?.endpointLists.map(\.service.settings.protocol) == [.http1])
    #expect(both.diagnostics.map(\.message).contains { $0.contains("has no `protocol: h2`") })
  }

  @Test func withoutAClusterANameIsOfServicesOnly() {
    #expect(
      diagnostics(
        "routes: [{name: r, rules: [{backendRefs: [{name: webb, namespace: shop, port: 80}]}]}]\n" + service)
        == [
          "f:1:50: routes[0].rules[0].backendRefs[0].name: there is no service `webb` (did you mean `web`? valid: web)"
        ])
  }

  /// A cluster that cannot be told is one mistake.
  @Test func aFaultOfTheClusterIsToldOnce() {
    let text =
      "kubernetes: {kubeconfig: /nowhere}\nroutes: [{name: r, rules: [{backendRefs: [{name: orders}]}]}]\n"
    #expect(
      diagnostics(text + service).map { $0.contains("/nowhere cannot be read") } == [true])
  }
}
