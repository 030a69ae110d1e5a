import Mesh
import Policy
import Primitives
import Testing

@testable import Configuration

@Suite struct ReferenceTests {
  @Test func everythingInOnePassInTheOrderOfTheFile() {
    let text = """
      lisners: []
      listeners:
      - {name: a, address: ":80", routes: [wbe]}
      - {name: a, address: ":80", routes: []}
      routes:
      - {name: web, rules: [{backendRefs: [{name: nobody}]}]}
      - {name: web, rules: []}
      services:
      - {name: shop, endpoints: [x:1], conectTimeout: 1s}
      - {name: shop, endpoints: ["1.2.3.4:1"], connectTimeout: 1}
      drain: soon
      """
    #expect(
      diagnostics(text) == [
        "f:1:1: unknown field `lisners` (did you mean `listeners`? valid: workers, admin, node, timeouts, limits, dns, tracing, accessLog, log, drain, lastGood, etcd, coreDumps, listeners, routes, services, jwt, configuration, kubernetes)",
        "f:3:38: listeners[0].routes[0]: there is no route `wbe` (did you mean `web`? valid: web)",
        "f:4:10: listeners[1].name: the listener `a` is there already, on line 3",
        "f:4:22: listeners[1].address: another listener has the address 0.0.0.0:80 already, on line 3",
        "f:6:45: routes[0].rules[0].backendRefs[0].name: there is no service `nobody` (valid: shop)",
        "f:7:10: routes[1].name: the route `web` is there already, on line 6",
        "f:7:22: routes[1].rules: a route needs at least one rule: `rules: [{backendRefs: [{name: …}]}]`",
        "f:9:28: services[0].endpoints[0]: `x` is a name, and an address is needed: `dns: x:1` in place of `endpoints` has it resolved (valid: 10.0.0.5:8080, [::1]:8080, localhost:8080, unix:/path)",
        "f:9:34: services[0]: unknown field `conectTimeout` (did you mean `connectTimeout`? valid: name, endpoints, dns, etcd, kubernetes, protocol, loadBalancing, hash, connectTimeout, idleTimeout, connection, http2, tls, circuitBreaker)",
        "f:10:10: services[1].name: the service `shop` is there already, on line 9",
        "f:10:58: services[1].connectTimeout: expected a duration such as 25ms, 3s or 1m30s, found the number 1 (did you mean `1s`?)",
        "f:11:8: drain: expected a duration such as 25ms, 3s or 1m30s, found the string \"soon\"",
      ])
  }

  @Test func whatNobodyUsesIsAWarning() {
    let text = """
      listeners: [{address: ":80", routes: [a]}]
      routes:
      - {name: a, rules: [{backendRefs: [{name: one}]}]}
      - {name: b, rules: [{backendRefs: [{name: one}]}]}
      services: [{name: one, endpoints: ["1.2.3.4:1"]}, {name: two, endpoints: ["1.2.3.4:1"]}]
      """
    #expect(
      diagnostics(text) == [
        "f:4:10: warning: routes[1].name: no listener uses the route `b`",
        "f:5:58: warning: services[1].name: no route leads to the service `two`",
      ])
    #expect(load(text).isValid)
  }

  @Test func adminAndListenerShareNoAddress() {
    let text = "listeners: [{address: 127.0.0.1:9901}]\n" + service
    #expect(
      diagnostics(text) == ["f:1:23: admin.address: 127.0.0.1:9901 is a listener's address, too, on line 1"])
    #expect(diagnostics("admin: {address: off}\n" + text) == [])
  }

  @Test func portZeroMayBeGivenTwice() {
    #expect(diagnostics("listeners: [{name: a, address: ':0'}, {name: b, address: ':0'}]\n" + service) == [])
  }

  @Test func listenersHaveTablesOfTheirOwn() throws {
    let loaded = load(
      """
      listeners:
      - {name: one, address: ":1", routes: [b]}
      - {name: all, address: ":2", trustedHops: 2, connection: {maxAge: 90s, maxRequests: 5}}
      routes:
      - {name: a, rules: [{backendRefs: [{name: web}]}]}
      - {name: b, rules: [{backendRefs: [{name: web}]}]}

      """ + service)
    #expect(loaded.diagnostics == [])
    let snapshot = try #require(loaded.snapshot)
    #expect(snapshot.listeners[0].routes.rules.map(\.index) == [1])
    #expect(snapshot.listeners[1].routes === snapshot.routes)
    #expect(snapshot.listeners[0].routes.rules[0] === snapshot.routes.rules[1])
    #expect(snapshot.listeners.map(\.trustedHops) == [0, 2])
    #expect(snapshot.listeners.map(\.lifetime.maxAge) == [.zero, .seconds(90)])
    #expect(snapshot.listeners.map(\.lifetime.maxRequests) == [0, 5])
  }

  @Test func emptyFilesAndOddRootsAreErrors() {
    #expect(diagnostics("") == ["f:1:1: the file is empty: at least `services` must be there"])
    #expect(diagnostics("# x") == ["f:1:1: the file is empty: at least `services` must be there"])
    #expect(diagnostics("- a").first == "f:1:1: expected a map, found a list")
    #expect(diagnostics("{}") == ["f:1:1: warning: services: there are none: nothing can be forwarded"])
  }

  @Test func theEnvironmentGivesTypesToo() {
    let text = "workers: \"${N}\"\nlisteners: [{address: '${A:-:1}'}]\nnode:\n  id: ${N}\n" + service
    #expect(load(text, environment: ["N": "2"]).snapshot?.settings.workers == 2)
    #expect(load(text, environment: ["N": "2"]).snapshot?.settings.node.id == "2")
    #expect(
      diagnostics(text, environment: ["N": "x"]) == [
        "f:1:10: workers: expected a whole number, found the string \"x\""
      ])
  }

  @Test func filesThatCannotBeRead() {
    let loader = ConfigurationLoader(environment: [:])
    let missing = loader.load(path: "/nowhere/apus.yaml", states: StateStore())
    #expect(
      missing.diagnostics.map(\.description) == [
        "/nowhere/apus.yaml: cannot be read: No such file or directory"
      ])
    #expect(
      loader.load(path: "/", states: StateStore()).diagnostics.map(\.message) == [
        "cannot be read: Is a directory"
      ])
  }
}
