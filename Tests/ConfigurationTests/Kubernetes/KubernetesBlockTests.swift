import Glibc
import HTTP
import Mesh
import Primitives
import Testing

@testable import Configuration

@Suite struct KubernetesBlockTests {
  private static let lookedUp = "services: [{name: web, kubernetes: {namespace: shop, service: web}}]\n"

  @Test func aKubeconfigIsRead() throws {
    let loaded = TestKubeconfig.with { path in
      load(
        Self.lookedUp
          + "node: {zone: a}\nkubernetes: {kubeconfig: \"${K}\", namespace: here, clusterDomain: Example.}\n",
        environment: ["K": path])
    }
    #expect(loaded.diagnostics.isEmpty)
    let settings = try #require(loaded.snapshot?.settings.kubernetes)
    #expect(settings.server.port == 1 && settings.namespace == "here" && settings.domain == "example")
    #expect(settings.zone == "a")
  }

  @Test(arguments: [("", 30), (", timeout: 5s", 5), (", timeout: 10m", 600)])
  func theServersTimeIsBounded(_ key: String, seconds: Int64) throws {
    let loaded = TestKubeconfig.with { path in
      load(Self.lookedUp + "kubernetes: {kubeconfig: \"${K}\"\(key)}\n", environment: ["K": path])
    }
    #expect(loaded.diagnostics.isEmpty)
    #expect(loaded.snapshot?.settings.kubernetes?.timeout == .seconds(seconds))
  }

  @Test(arguments: ["0s", "999ms", "601s"]) func aTimeOutOfBoundsIsTold(_ time: String) {
    let loaded = TestKubeconfig.with { path in
      load(
        Self.lookedUp + "kubernetes: {kubeconfig: \"${K}\", timeout: \(time)}\n", environment: ["K": path])
    }
    #expect(loaded.diagnostics.map(\.description).first?.contains("kubernetes.timeout: ") == true)
  }

  @Test func withoutOneItIsTheClusterOfThisPod() throws {
    let folder = "/tmp/apus-account-\(getpid())"
    #expect(unsafe mkdir(folder, 0o700) == 0)
    for file in ["token", "ca.crt"] { TestKubeconfig.write("x", "\(folder)/\(file)") }
    TestKubeconfig.write("shop\n", "\(folder)/namespace")
    defer {
      for file in ["token", "ca.crt", "namespace"] { unsafe unlink("\(folder)/\(file)") }
      unsafe rmdir(folder)
    }
    let environment = ["KUBERNETES_SERVICE_HOST": "fd00::1", "KUBERNETES_SERVICE_PORT": "6443"]
    let settings = try ServiceAccount.settings(environment: environment, folder: folder)
    #expect(settings.server.description == "https://[fd00::1]:6443/")
    #expect(settings.namespace == "shop")
    #expect(settings.token == .file("\(folder)/token") && settings.trust == .file("\(folder)/ca.crt"))
  }

  @Test(arguments: [
    (
      "kubernetes: {}",
      "f:2:13: kubernetes: this is no pod of a cluster (KUBERNETES_SERVICE_HOST is not set): say where one is, `kubernetes: {kubeconfig: /path/to/kubeconfig}`"
    ),
    (
      "",
      "f:1:19: services[0].name: the endpoints of `web` are in Kubernetes: this is no pod of a cluster (KUBERNETES_SERVICE_HOST is not set): say where one is, `kubernetes: {kubeconfig: /path/to/kubeconfig}`"
    ),
    (
      "kubernetes: {kubeconfig: /nowhere}",
      "f:2:26: kubernetes.kubeconfig: /nowhere cannot be read: No such file or directory"
    ),
  ])
  func faultsAreTold(_ block: String, _ words: String) {
    #expect(diagnostics(Self.lookedUp + block) == [words])
  }

  @Test func whereTheAccountIsNotMountedThatIsTold() {
    let found = load(Self.lookedUp, environment: ["KUBERNETES_SERVICE_HOST": "10.0.0.1"]).diagnostics
    #expect(found.map(\.description).first?.contains("automountServiceAccountToken") == true)
  }

  /// Whoever looks at a file that is meant for a pod need not be in one.
  @Test(arguments: [
    (
      "",
      "f:1:19: warning: services[0].name: the endpoints of `web` are in Kubernetes: it could not run here: ",
      true
    ),
    ("kubernetes: {}", "f:2:13: warning: kubernetes: it could not run here: ", true),
    ("kubernetes: {namespace: there}", "f:2:13: warning: kubernetes: it could not run here: ", false),
    (
      "configuration: {kubernetes: {configMap: edge}}",
      "f:2:16: warning: configuration: the rest of the configuration is in Kubernetes: it could not run here: ",
      true
    ),
  ])
  func elsewhereItIsAWarning(_ block: String, _ words: String, isDefault: Bool) throws {
    for (environment, reason) in [
      ([:], "this is no pod of a cluster"),
      (["KUBERNETES_SERVICE_HOST": "10.0.0.1"], "automountServiceAccountToken"),
    ] {
      let loaded = ConfigurationLoader(environment: environment, isElsewhere: true).load(
        Array((Self.lookedUp + block).utf8), file: "f", states: StateStore())
      #expect(loaded.isValid || loaded.beginning != nil)
      let told = try #require(loaded.diagnostics.map(\.description).first)
      #expect(loaded.diagnostics.count == 1 && told.hasPrefix(words) && told.contains(reason))
      #expect(told.hasSuffix("are taken for those in `default`") == isDefault)
    }
  }

  @Test func elsewhereNamesMeanWhatTheFileSays() throws {
    let routes =
      "routes: [{name: r, hostnames: [orders], rules: [{backendRefs: [{name: orders, port: 80}]}]}]\n"
    let loaded = ConfigurationLoader(environment: [:], isElsewhere: true).load(
      Array((routes + "kubernetes: {namespace: there, clusterDomain: example}").utf8), file: "f",
      states: StateStore())
    let snapshot = try #require(loaded.snapshot)
    #expect(snapshot.services.map(\.name) == ["orders.there:80"])
    #expect(snapshot.routes.definitions[0].hostnames.contains("orders.there.svc.example"))
  }

  @Test func elsewhereAKubeconfigThatIsNamedHasToBeThere() {
    let loaded = ConfigurationLoader(environment: [:], isElsewhere: true).load(
      Array((Self.lookedUp + "kubernetes: {kubeconfig: /nowhere}").utf8), file: "f", states: StateStore())
    #expect(!loaded.isValid)
  }

  @Test func nothingIsReadWhereNothingIsLookedUp() {
    #expect(load(service).snapshot?.settings.kubernetes == nil)
  }
}
