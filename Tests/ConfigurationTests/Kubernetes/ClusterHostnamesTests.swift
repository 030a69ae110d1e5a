import HTTP
import Mesh
import Primitives
import Testing

@testable import Configuration

/// Which requests routes take whose hostnames are names of Kubernetes'.
@Suite struct ClusterHostnamesTests {
  /// Of a pod in namespace `here` of a cluster with the standard domain.
  private func table(_ routes: String, cluster: Bool = true) throws -> RouteTable {
    let loaded = TestKubeconfig.with { path in
      load(
        (cluster ? "kubernetes: {kubeconfig: \(path), namespace: here}\n" : "") + routes + "\n"
          + (routes.contains("services") ? "" : service))
    }
    return try #require(loaded.snapshot, "\(loaded.diagnostics)").routes
  }

  private func route(_ name: String, _ hostnames: String) -> String {
    "- {name: \(name), hostnames: [\(hostnames)], rules: [{backendRefs: [{name: web}]}]}\n"
  }

  /// The route that a request goes by.
  private func taker(_ host: String, _ table: RouteTable) throws -> String? {
    let bytes = Array("GET / HTTP/1.1\r\nHost: \(host)\r\n\r\n".utf8)
    var head = MessageHead()
    var trailers = MessageHead()
    var offset = 0
    var decoder = HTTP1Decoder(role: .server)
    guard try decoder.next(bytes.span, &offset, head: &head, trailers: &trailers) == .head else { return nil }
    var scratch = MatchScratch()
    let rule = table.match(head, scratch: &scratch)
    return rule { $0.routeName }
  }

  @Test(arguments: [
    "orders", "orders.here", "orders.here.svc", "orders.here.svc.cluster.local",
  ])
  func everySpellingTakesEverySpelling(_ written: String) throws {
    let table = try table("routes:\n" + route("r", written))
    for host in [
      "orders", "orders.here", "orders.here.svc", "orders.here.svc.cluster.local", "Orders.Here.SVC",
      "orders.here.svc.cluster.local.", "orders:8080", "orders.here.svc.cluster.local.:80",
    ] {
      #expect(try taker(host, table) == "r", "\(host)")
    }
    for host in [
      "orders.shop", "orders.shop.svc.cluster.local", "orders.here.svc.example", "orders.here.svc.cluster",
      "x.orders", "order",
    ] {
      #expect(try taker(host, table) == nil, "\(host)")
    }
  }

  @Test(arguments: [
    "orders.shop", "orders.shop.svc", "orders.shop.svc.cluster.local",
  ])
  func ofAnotherNamespaceNoneIsBare(_ written: String) throws {
    let table = try table("routes:\n" + route("r", written))
    for host in [
      "orders.shop", "orders.shop:80", "orders.shop.svc", "orders.shop.svc.cluster.local.", "orders.shop.",
    ] {
      #expect(try taker(host, table) == "r", "\(host)")
    }
    for host in ["orders", "orders.here", "shop"] { #expect(try taker(host, table) == nil, "\(host)") }
  }

  @Test func aPodHasItsNamesToo() throws {
    let table = try table("routes:\n" + route("one", "db-0.db") + route("far", "db-0.db.shop"))
    for host in [
      "db-0.db", "db-0.db.here", "db-0.db.here.svc", "db-0.db.here.svc.cluster.local",
      // Or the service db-0 of namespace db.
      "db-0.db.svc", "db-0.db.svc.cluster.local",
    ] {
      #expect(try taker(host, table) == "one", "\(host)")
    }
    for host in ["db-0.db.shop", "db-0.db.shop.svc", "db-0.db.shop.svc.cluster.local"] {
      #expect(try taker(host, table) == "far", "\(host)")
    }
    for host in ["db", "db-0", "db-1.db"] { #expect(try taker(host, table) == nil, "\(host)") }
  }

  /// What a name may mean as well is another route's, where that one surely means it.
  @Test func whatIsSurelyMeantGoesFirst() throws {
    let table = try table(
      "routes:\n" + route("maybe", "db-0.db") + route("sure", "db-0.db.here.svc.cluster.local"))
    for host in ["db-0.db.here", "db-0.db.here.svc", "db-0.db.here.svc.cluster.local"] {
      #expect(try taker(host, table) == "sure", "\(host)")
    }
    #expect(try taker("db-0.db", table) == "maybe")
  }

  /// One service's routes are one list, as those of one hostname are, in the order of the file.
  @Test func twoSpellingsAreOneHostname() throws {
    let table = try table("routes:\n" + route("a", "orders") + route("b", "orders.here"))
    for host in ["orders", "orders.here", "orders.here.svc"] {
      #expect(try taker(host, table) == "a", "\(host)")
    }
  }

  @Test(arguments: [
    ("*.orders", ["*.orders"]), ("10.0.0.1", ["10.0.0.1"]), ("[::1]", ["[::1]"]),
    ("a.b.c.d", ["a.b.c.d"]), ("under_score", ["under_score"]),
    ("orders.shop.svc.k8s.example", ["orders.shop.svc.k8s.example"]),
  ])
  func whatIsNoNameOfTheClustersStandsForItself(_ written: String, _ all: [String]) throws {
    let table = try table("routes:\n" + route("r", "\"\(written)\""))
    #expect(table.definitions[0].hostnames == all)
  }

  @Test func withoutAClusterNamesStandForThemselves() throws {
    let table = try table("routes:\n" + route("r", "orders"), cluster: false)
    #expect(table.definitions[0].hostnames == ["orders"])
  }

  @Test func eachNameIsThereOnce() throws {
    let table = try table("routes:\n" + route("r", "orders, orders.here"))
    #expect(
      table.definitions[0].hostnames == [
        "orders", "orders.here", "orders.here.svc", "orders.here.svc.cluster.local",
        "orders.here.here", "orders.here.here.svc", "orders.here.here.svc.cluster.local",
      ])
  }

  /// Where there are no routes, services go by their names.
  @Test func servicesWithoutRoutes() throws {
    let table = try table(
      """
      services:
      - {name: web, kubernetes: {namespace: shop, service: front}}
      - {name: orders, endpoints: ["127.0.0.1:1"]}
      - {name: orders.here, endpoints: ["127.0.0.1:2"]}
      - {name: Carts, kubernetes: {service: carts}}
      """)
    for (host, name) in [
      ("web", "web"), ("front.shop", "web"), ("front.shop.svc.cluster.local", "web"), ("orders", "orders"),
      ("orders.here.svc", "orders"), ("orders.here", "orders.here"), ("carts", "Carts"),
      ("carts.here.svc.cluster.local", "Carts"),
    ] {
      #expect(try taker(host, table) == name, "\(host)")
    }
    #expect(try taker("web.here", table) == nil && taker("front", table) == nil)
  }
}
