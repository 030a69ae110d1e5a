import HTTP
import Mesh
import Testing

@testable import Configuration

@Suite struct KubeconfigTests {
  private static let whole = """
    apiVersion: v1
    kind: Config
    preferences: {}
    current-context: two
    contexts:
    - {name: one, context: {cluster: c1, user: u1}}
    - {name: two, context: {cluster: c2, user: u2, namespace: shop}}
    clusters:
    - {name: c1, cluster: {server: "http://127.0.0.1:8001"}}
    - name: c2
      cluster:
        server: https://10.0.0.1:6443/k8s/
        certificate-authority-data: Y2E=
        tls-server-name: kubernetes
    users:
    - {name: u1, user: {}}
    - name: u2
      user: {token: "abc${X}", client-certificate: pki/me.crt, client-key: /etc/me.key}
    """

  private func settings(_ text: String) throws(KubernetesFault) -> KubernetesSettings {
    try Kubeconfig(Array(text.utf8), path: "/home/me/.kube/config").settings()
  }

  @Test func theCurrentContextCounts() throws {
    let settings = try settings(Self.whole)
    var expected = KubernetesSettings(server: try HTTPURL("https://10.0.0.1:6443/k8s/"))
    expected.trust = .bytes(Array("ca".utf8))
    expected.serverName = "kubernetes"
    expected.namespace = "shop"
    expected.token = .bytes(Array("abc${X}".utf8))
    expected.certificate = .file("/home/me/.kube/pki/me.crt")
    expected.key = .file("/etc/me.key")
    #expect(settings == expected)
    let other = try self.settings(Self.whole.replacing("current-context: two", with: "current-context: one"))
    #expect(other == KubernetesSettings(server: try HTTPURL("http://127.0.0.1:8001")))
  }

  @Test func itMayBeJSON() throws {
    let settings = try settings(
      #"{"current-context":"a","contexts":[{"name":"a","context":{"cluster":"c","user":"u"}}],"clusters":[{"name":"c","cluster":{"server":"https:\/\/k:6443","insecure-skip-tls-verify":true}}],"users":[{"name":"u","user":{"token":"t","tokenFile":"token"}}]}"#
    )
    #expect(!settings.isVerified && settings.server.host == "k")
    #expect(settings.token == .file("/home/me/.kube/token"))
  }

  @Test(arguments: [
    ("current-context: two", "current-context: \"\"", "has no current-context"),
    ("current-context: two", "current-context: three", "there is no `three` in contexts"),
    ("cluster: c2", "cluster: c3", "there is no `c3` in clusters"),
    ("user: u2", "user: u3", "there is no `u3` in users"),
    ("https://10.0.0.1:6443/k8s/", "10.0.0.1", "the cluster `c2`: server: `10.0.0.1` is no URL"),
    ("Y2E=", "Y2E", "certificate-authority-data is no base64"),
    (
      "user: {token", "user: {exec: {command: aws}, token",
      "gets its token from a program (exec), which is not supported"
    ),
    ("user: {token", "user: {auth-provider: {name: gcp}, token", "gets its token from an auth-provider"),
    ("user: {token", "user: {username: me, token", "has a password"),
    (", client-key: /etc/me.key", "", "a client-certificate or a client-key, but not both"),
    ("kind: Config", "kind: [", "/home/me/.kube/config:"),
  ])
  func faultsAreTold(_ old: String, _ new: String, _ words: String) {
    let text = Self.whole.replacing(old, with: new)
    #expect(text != Self.whole)
    let error = #expect(throws: KubernetesFault.self) { _ = try settings(text) }
    #expect(error?.message.contains(words) == true, "\(error?.message ?? "")")
  }
}
