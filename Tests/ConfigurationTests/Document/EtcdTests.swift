import HTTP
import Mesh
import Primitives
import Testing

@testable import Configuration

@Suite struct EtcdTests {
  private func settings(_ text: String) throws -> EtcdSettings {
    try #require(load(text + "\n" + service).snapshot?.settings.etcd)
  }

  @Test func allOfIt() throws {
    let etcd = try settings(
      """
      node: {zone: eu-1}
      etcd:
        endpoints: ["http://127.0.0.1:2379", "http://etcd-2"]
        user: apus
        password: secret
        timeout: 9s
        register:
          key: /services/web/1
          address: 10.0.0.5:8080
          ttl: 30s
          weight: 3
          metadata: {version: "2", team: shop}
      """)
    #expect(etcd.members.map(\.url.description) == ["http://127.0.0.1:2379/", "http://etcd-2/"])
    #expect(etcd.members.allSatisfy { $0.tls == nil })
    #expect(etcd.timeout == .seconds(9))
    #expect(etcd.credentials == EtcdSettings.Credentials(user: "apus", password: "secret"))
    #expect(
      etcd.registration
        == EtcdRegistrationSettings(
          key: "/services/web/1", address: .v4(address: 0x0A00_0005, port: 8080), lifetime: .seconds(30),
          weight: 3, zone: "eu-1",
          metadata: [.init(name: "version", value: "2"), .init(name: "team", value: "shop")]))
  }

  @Test func defaults() throws {
    let etcd = try settings(
      "etcd: {endpoints: [\"http://e:2379\"], register: {key: /a, address: '[fd00::1]:80'}}")
    #expect(etcd.credentials == nil && etcd.timeout == .seconds(15))
    #expect(etcd.registration?.lifetime == .seconds(10) && etcd.registration?.weight == 1)
    #expect(etcd.registration?.zone == nil && etcd.registration?.metadata == [])
  }

  /// Whatever writes the settings down leaves it out.
  @Test func thePasswordIsNeverShown() throws {
    let etcd = try settings("etcd: {endpoints: [\"http://e\"], user: apus, password: hunter2}")
    var text = ""
    dump(etcd, to: &text)
    #expect(!text.contains("hunter2") && !"\(etcd)".contains("hunter2"))
    #expect(!String(reflecting: etcd).contains("hunter2"))
  }

  @Test func whoAsksAlike() throws {
    let one = try settings("etcd: {endpoints: [\"http://e\"], user: a, password: b}")
    #expect(
      one.asksAs(
        try settings(
          "etcd: {endpoints: [\"http://e\"], user: a, password: b, register: {key: /a, address: 10.0.0.1:1}}")
      ))
    #expect(!one.asksAs(try settings("etcd: {endpoints: [\"http://e\"], user: a, password: c}")))
    #expect(!one.asksAs(try settings("etcd: {endpoints: [\"http://f\"], user: a, password: b}")))
  }

  @Test(arguments: [
    (
      "{}",
      ["f:1:7: etcd.endpoints: is missing: where is etcd? (such as [\"http://127.0.0.1:2379\"])"]
    ),
    ("{endpoints: []}", ["f:1:19: etcd.endpoints: must not be empty"]),
    (
      "{endpoints: [\"127.0.0.1:2379\"]}",
      [
        "f:1:20: etcd.endpoints[0]: `127.0.0.1:2379` is no URL: it begins with neither https:// nor http://"
      ]
    ),
    (
      "{endpoints: [\"http://e/v3\"]}",
      [
        "f:1:20: etcd.endpoints[0]: `http://e/v3` has a path: etcd is named by scheme, host and port"
      ]
    ),
    (
      "{endpoints: [\"http://e\"], tls: {trust: [/x]}}",
      ["f:1:38: etcd.tls: has no effect: no URL begins with https://"]
    ),
    (
      "{endpoints: [\"http://e\"], user: a}", ["f:1:7: etcd.password: is missing: `user` is there"]
    ),
    (
      "{endpoints: [\"http://e\"], register: {address: 10.0.0.1:1}}",
      ["f:1:43: etcd.register.key: is missing"]
    ),
    (
      "{endpoints: [\"http://e\"], register: {key: /a, address: ':80'}}",
      [
        "f:1:62: etcd.register.address: `:80` names no host (valid: 10.0.0.5:8080, [::1]:8080, localhost:8080, unix:/path)"
      ]
    ),
    (
      "{endpoints: [\"http://e\"], register: {key: /a, address: 0.0.0.0:80}}",
      [
        "f:1:62: etcd.register.address: `0.0.0.0:80` names no host: others need one that they can connect to"
      ]
    ),
    (
      "{endpoints: [\"http://e\"], register: {key: /a, address: unix:/a}}",
      [
        "f:1:62: etcd.register.address: others cannot connect to a Unix socket (valid: 10.0.0.5:8080)"
      ]
    ),
    (
      "{endpoints: [\"http://e\"], register: {key: /a, address: 10.0.0.1:1, ttl: 1s}}",
      ["f:1:79: etcd.register.ttl: 1s is out of range (valid: 2s to 1h)"]
    ),
    (
      "{endpoints: [\"http://e\"], timeout: 500ms}",
      ["f:1:42: etcd.timeout: 500ms is out of range (valid: 1s to 10m)"]
    ),
    (
      "{endpoints: [\"http://e\"], register: {key: /a, address: 10.0.0.1:1, ttl: 2500ms}}",
      ["f:1:79: etcd.register.ttl: etcd counts whole seconds"]
    ),
    (
      "{endpoints: [\"http://e\"], register: {key: /a, address: 10.0.0.1:1, metadata: {a: 1}}}",
      ["f:1:88: etcd.register.metadata.a: expected a string, found the number 1 (quote it: \"1\")"]
    ),
    (
      "{endpoint: [\"http://e\"]}",
      [
        "f:1:8: etcd: unknown field `endpoint` (did you mean `endpoints`? valid: endpoints, tls, user, password, register, timeout)"
      ]
    ),
  ])
  func mistakes(_ text: String, _ expected: [String]) {
    #expect(diagnostics("etcd: \(text)\n" + service) == expected)
  }
}
