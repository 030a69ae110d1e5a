import Mesh
import Testing

@Suite struct ServiceReferenceTests {
  @Test(arguments: [
    (ServiceReference.dns(DNSReference(name: "orders.shop", port: 80)), "orders.shop:80"),
    (.dns(DNSReference(name: "_http._tcp.orders", port: nil)), "_http._tcp.orders"),
    (.etcd(EtcdReference(prefix: "/services/orders/")), "/services/orders/"),
    (.kubernetes(KubernetesReference(namespace: "shop", service: "web")), "web.shop"),
    (.kubernetes(KubernetesReference(namespace: "", service: "web", port: .name("http"))), "web:http"),
    (
      .kubernetes(KubernetesReference(namespace: "shop", service: "web", port: .name("http"))),
      "web.shop:http"
    ),
    (
      .kubernetes(
        KubernetesReference(namespace: "shop", service: "db", port: .number(5432), hostname: "db-0")),
      "db-0.db.shop:5432"
    ),
  ])
  func isWrittenAsOneWouldWriteIt(_ reference: ServiceReference, _ text: String) {
    #expect(reference.description == text)
  }
}
