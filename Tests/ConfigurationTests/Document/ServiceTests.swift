import Mesh
import Policy
import Primitives
import Testing

@testable import Configuration

@Suite struct ServiceTests {
  @Test func aWholeService() throws {
    let snapshot = try #require(
      load(
        """
        services:
        - {name: a, endpoints: ["10.0.0.5:80"]}
        - name: b
          endpoints: ["10.0.0.6:80", {address: "[::1]:81", weight: 3, zone: z}, localhost:82, unix:/run/s]
          protocol: http1
          loadBalancing: least-request
          connectTimeout: 2s
          idleTimeout: 10s
          connection: {maxAge: 1h, maxRequests: 9}
          circuitBreaker: {maxConnections: 1, maxPendingRequests: 2, maxRequests: 3, maxRetries: 4, failureRate: 25%,
            minimumRequests: 5, window: 6s, openFor: 7s, halfOpenRequests: 8}
        """
      ).snapshot)
    let list = snapshot.endpointLists[1]
    let service = list.service
    #expect(service.index == 1 && service.name == "b" && service.settings.balancing == .leastRequest)
    #expect(list.endpoints.map(\.text) == ["10.0.0.6:80", "[::1]:81", "127.0.0.1:82", "unix:/run/s"])
    #expect(list.endpoints.map(\.index) == [1, 2, 3, 4])
    #expect(list.endpoints.map(\.weight) == [1, 3, 1, 1])
    #expect(list.endpoints[1].zone == "z")
    #expect(service.connectTimeout == .seconds(2) && service.idleTimeout == .seconds(10))
    #expect(service.lifetime == ConnectionLifetime(maxAge: .seconds(3_600), maxRequests: 9))
    #expect(snapshot.services[0].lifetime == ConnectionLifetime())
    let state = service.state
    #expect(
      [state.connections, state.pending, state.requests, state.retries].map(\.maximum) == [1, 2, 3, 4])
    #expect(state.breaker != nil)
    #expect(snapshot.services[0].state.breaker == nil)
    #expect(snapshot.services[0].state.connections.maximum == 1024)
  }

  @Test func proxyWideTimeoutsAreAServicesDefaults() throws {
    let text = "timeouts: {connect: 7s, upstreamIdle: 8s}\n" + service
    let found = try #require(load(text).snapshot?.services.first)
    #expect(found.connectTimeout == .seconds(7) && found.idleTimeout == .seconds(8))
  }

  @Test func stateCarriesOver() throws {
    let states = StateStore()
    let first = try #require(load(service, states: states).snapshot)
    let second = try #require(load(service + "drain: 1s", states: states).snapshot)
    #expect(first.services[0] === second.services[0])
    #expect(first.endpoints[0].state === second.endpoints[0].state)
  }

  @Test func mistakesAreNamed() {
    func one(_ rest: String) -> [String] { diagnostics("services: [{name: a, \(rest)}]") }
    let forms = "(valid: 10.0.0.5:8080, [::1]:8080, localhost:8080, unix:/path)"
    let cases: [(String, [String])] = [
      ("endpoints: [\"10.0.0.5\"]", ["f:1:34: services[0].endpoints[0]: `10.0.0.5` names no port \(forms)"]),
      ("endpoints: [\":80\"]", ["f:1:34: services[0].endpoints[0]: `:80` names no host \(forms)"]),
      ("endpoints: [\"1.2.3.4:0\"]", ["f:1:34: services[0].endpoints[0]: port 0 cannot be connected to"]),
      (
        "endpoints: [orders.internal:80]",
        [
          "f:1:34: services[0].endpoints[0]: `orders.internal` is a name, and an address is needed: `dns: orders.internal:80` in place of `endpoints` has it resolved \(forms)"
        ]
      ),
      (
        "x: 1",
        [
          "f:1:12: services[0].endpoints: is missing: where do requests for this service go?",
          "f:1:22: services[0]: unknown field `x` (valid: name, endpoints, dns, etcd, kubernetes, protocol, loadBalancing, hash, connectTimeout, idleTimeout, connection, http2, tls, circuitBreaker)",
        ]
      ),
      (
        "endpoints: []",
        ["f:1:33: warning: services[0].endpoints: is empty: every request for this service is answered 503"]
      ),
      ("xds: \"x:80\"", ["f:1:22: services[0].xds: `xds` is not supported yet by this version"]),
      (
        "endpoints: [\"1.2.3.4:80\", \"1.2.3.4:80\"]",
        [
          "f:1:48: services[0].endpoints[1]: the endpoint 1.2.3.4:80 is there already, on line 1 (use `weight`)"
        ]
      ),
      (
        "endpoints: [\"1.2.3.4:80\"], loadBalancing: round_robin",
        [
          "f:1:64: services[0].loadBalancing: unknown value `round_robin` (did you mean `round-robin`? valid: round-robin, least-request, random, ring-hash)"
        ]
      ),
      (
        "endpoints: [\"1.2.3.4:80\"], loadBalancing: peak-ewma",
        [
          "f:1:64: services[0].loadBalancing: `peak-ewma` is not supported yet by this version (valid: round-robin, least-request, random, ring-hash)"
        ]
      ),
      (
        "endpoints: [{address: \"1.2.3.4:80\", weight: 0}]",
        ["f:1:66: services[0].endpoints[0].weight: 0 is out of range (valid: 1 to 1000000)"]
      ),
      (
        "endpoints: [\"1.2.3.4:80\"], circuitBreaker: {failureRate: 120%}",
        [
          "f:1:79: services[0].circuitBreaker.failureRate: 120% is out of range (valid: 0.1% to 100%)"
        ]
      ),
    ]
    for (rest, expected) in cases { #expect(one(rest) == expected, "\(rest)") }
  }

  @Test func aPortAloneIsNoAddress() {
    #expect(
      diagnostics("services: [{name: a, endpoints: ['80']}]") == [
        "f:1:34: services[0].endpoints[0]: `80` is a port alone (did you mean `127.0.0.1:80`?)"
      ])
  }

  @Test func addressesThatAreNoneSayWhy() {
    let cases = [
      ("http://10.0.0.1:80/x", "`http://10.0.0.1:80/x` is a URL: write it without the scheme and a path"),
      ("10.0.0.1", "`10.0.0.1` names no port"), ("[::1]", "`[::1]` names no port"),
      ("::1", "`::1` names no port"), ("10.0.0.1:99999", "`99999` is no port: it is a number up to 65535"),
      (":80", "`:80` names no host"), ("10.0.0.256:80", "`10.0.0.256:80` is no address"),
    ]
    for (address, message) in cases {
      let found = diagnostics("services: [{name: a, endpoints: ['\(address)']}]")
      let whole = "f:1:34: services[0].endpoints[0]: \(message) (valid: 10.0.0.5:8080, [::1]:8080, "
      #expect(found.count == 1 && found[0].hasPrefix(whole), "\(found)")
    }
  }
}
