import Mesh
import Primitives
import Testing

@testable import Configuration

@Suite struct ServiceReferenceDecodingTests {
  private func load(_ service: String) -> LoadedConfiguration {
    TestKubeconfig.with { path in
      ConfigurationLoader(environment: [:]).load(
        Array(
          "services: [{name: a, \(service)}]\nkubernetes: {kubeconfig: \(path)}\netcd: {endpoints: [\"http://127.0.0.1:2379\"]}"
            .utf8), file: "f",
        states: StateStore())
    }
  }

  @Test(arguments: [
    ("dns: \"Orders.Shop:80\"", ServiceReference.dns(DNSReference(name: "orders.shop", port: 80))),
    ("dns: \"orders.shop.:80\"", .dns(DNSReference(name: "orders.shop.", port: 80))),
    ("dns: _http._tcp.orders.shop", .dns(DNSReference(name: "_http._tcp.orders.shop", port: nil))),
    ("etcd: {prefix: /services/a/}", .etcd(EtcdReference(prefix: "/services/a/"))),
    (
      "kubernetes: {namespace: shop, service: web}",
      .kubernetes(KubernetesReference(namespace: "shop", service: "web"))
    ),
    (
      "kubernetes: {namespace: shop, service: web, port: http}",
      .kubernetes(KubernetesReference(namespace: "shop", service: "web", port: .name("http")))
    ),
    (
      "kubernetes: {namespace: shop, service: db, port: 5432, hostname: db-0}",
      .kubernetes(
        KubernetesReference(namespace: "shop", service: "db", port: .number(5432), hostname: "db-0"))
    ),
  ])
  func isRead(_ text: String, _ reference: ServiceReference) throws {
    let loaded = load(text)
    let snapshot = try #require(loaded.snapshot, "\(loaded.diagnostics)")
    let list = snapshot.endpointLists[0]
    #expect(list.discovery?.reference == reference && list.discovery?.isKnown == false)
    #expect(list.endpoints.isEmpty)
  }

  @Test(arguments: [
    ("dns: orders.shop", "services[0].dns: `orders.shop` has no port"),
    ("dns: \"orders:http\"", "`http` is no port"),
    ("dns: \"orders:0\"", "`0` is no port"),
    ("dns: \"_http._tcp.orders:80\"", "SRV records say the port"),
    ("dns: \"a..b:80\"", "has two dots in a row"),
    ("dns: \"a b:80\"", "is no host's name"),
    ("dns: \":80\"", "names no host"),
    ("dns: \"\"", "names no host"),
    ("etcd: {}", "services[0].etcd.prefix: is missing"),
    ("kubernetes: {namespace: shop}", "services[0].kubernetes.service: is missing"),
    ("kubernetes: {namespace: Shop, service: web}", "is no name of Kubernetes'"),
    ("kubernetes: {service: web, port: 70000}", "services[0].kubernetes.port"),
    ("kubernetes: {service: web, prt: 80}", "did you mean"),
    ("endpoints: [\"127.0.0.1:1\"], dns: \"a:80\"", "endpoints come from one place"),
    ("dns: \"a:80\", etcd: {prefix: /a/}", "there is `dns` already"),
  ])
  func isRefusedWithAReason(_ text: String, _ reason: String) {
    let loaded = load(text)
    #expect(loaded.snapshot == nil)
    #expect(loaded.diagnostics.contains { $0.description.contains(reason) }, "\(loaded.diagnostics)")
  }

  @Test func etcdHasToBeSomewhere() {
    let loaded = ConfigurationLoader(environment: [:]).load(
      Array("services: [{name: a, etcd: {prefix: /a/}}]".utf8), file: "f", states: StateStore())
    #expect(
      loaded.diagnostics.map(\.description) == [
        "f:1:19: services[0].name: the endpoints of `a` are in etcd, and no `etcd: {endpoints: […]}` says where it is"
      ])
  }

  @Test func whatWasFoundBeforeIsInTheNextSnapshot() throws {
    let states = StateStore()
    let reference = ServiceReference.dns(DNSReference(name: "orders", port: 80))
    _ = states.discovered.tell(
      [DiscoveredEndpoint(address: .v4(address: 1, port: 80))], for: reference,
      now: MonotonicTime(nanoseconds: 0))
    let loaded = ConfigurationLoader(environment: [:]).load(
      Array("services: [{name: a, dns: \"orders:80\"}]".utf8), file: "f", states: states)
    #expect(loaded.snapshot?.endpointLists[0].endpoints.map(\.text) == ["0.0.0.1:80"])
  }
}
