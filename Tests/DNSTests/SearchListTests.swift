import Testing

@testable import DNS

@Suite struct SearchListTests {
  /// As a pod of Kubernetes has it.
  private let list = SearchList(domains: ["shop.svc.cluster.local", "svc.cluster.local", "."], dots: 2)

  @Test(arguments: [
    ("orders", ["orders.shop.svc.cluster.local", "orders.svc.cluster.local", "orders"]),
    ("orders.shop", ["orders.shop.shop.svc.cluster.local", "orders.shop.svc.cluster.local", "orders.shop"]),
    ("a.b.c", ["a.b.c", "a.b.c.shop.svc.cluster.local", "a.b.c.svc.cluster.local"]),
    ("orders.", ["orders"]),
  ])
  func names(_ name: String, _ expected: [String]) { #expect(list.names(for: name) == expected) }
}
