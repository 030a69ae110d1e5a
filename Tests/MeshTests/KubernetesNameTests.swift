import Mesh
import Testing

@Suite struct KubernetesNameTests {
  private let names = KubernetesName(namespace: "here", domain: "cluster.local")

  @Test(arguments: [
    ("orders", ["orders.here"]),
    ("ORDERS", ["orders.here"]),
    ("orders.shop", ["orders.shop", "orders.shop.here"]),
    ("orders.shop.svc", ["orders.shop"]),
    ("orders.shop.svc.cluster.local", ["orders.shop"]),
    ("orders.shop.svc.Cluster.Local.", ["orders.shop"]),
    ("pod-0.orders.shop", ["pod-0.orders.shop"]),
    ("pod-0.orders.shop.svc", ["pod-0.orders.shop"]),
    ("pod-0.orders.shop.svc.cluster.local", ["pod-0.orders.shop"]),
    ("a.b.svc.cluster.local", ["a.b"]),
    // A service may have a short name of the domain's.
    ("svc", ["svc.here"]),
    ("a.svc", ["a.svc", "a.svc.here"]),
    // None
    ("", []), (".", []), ("orders.", []), ("orders.shop.", []), ("a..b", []), ("-a", []), ("a-", []),
    ("a_b", []), ("*.shop", []), ("10.0.0.1:80", []), ("a.b.c.d", []), ("a.b.c.d.svc", []),
    ("x.svc.cluster.local", []), ("svc.cluster.local", ["svc.cluster.local"]), ("www.example.com.", []),
    (String(repeating: "a", count: 64), []),
  ])
  func meanThis(_ name: String, _ meanings: [String]) {
    #expect(names.meanings(of: name).map(\.description) == meanings)
    #expect(names.meaning(of: name)?.description == meanings.first)
  }

  @Test func thePortIsKept() {
    #expect(names.meaning(of: "orders", port: .number(80))?.description == "orders.here:80")
    #expect(
      names.meanings(of: "orders.shop", port: .name("http")).map(\.port) == [.name("http"), .name("http")])
  }

  @Test(arguments: [
    (
      KubernetesReference(namespace: "here", service: "a"),
      ["a", "a.here", "a.here.svc", "a.here.svc.cluster.local"]
    ),
    (
      KubernetesReference(namespace: "shop", service: "a"),
      ["a.shop", "a.shop.svc", "a.shop.svc.cluster.local"]
    ),
    (
      KubernetesReference(namespace: "here", service: "a", hostname: "a-0"),
      ["a-0.a", "a-0.a.here", "a-0.a.here.svc", "a-0.a.here.svc.cluster.local"]
    ),
  ])
  func areAllThatClientsMayUse(_ reference: KubernetesReference, _ all: [String]) {
    #expect(names.hostnames(of: reference) == all)
    for name in all { #expect(names.meanings(of: name).contains(reference)) }
  }
}
