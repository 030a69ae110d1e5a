import Mesh
import Primitives
import Testing

@testable import Configuration

@Suite struct DNSTests {
  @Test func everyKey() throws {
    let loaded = load(
      """
      dns: {servers: [10.0.0.10, "10.0.0.11:5353", "2001:db8::1", "[2001:db8::2]:54"], minTTL: 2s, maxTTL: 1m,
        timeout: 500ms, attempts: 3, family: both}

      """ + service)
    #expect(loaded.diagnostics == [])
    let dns = try #require(loaded.snapshot).settings.dns
    #expect(
      dns.servers.map(\.description) == [
        "10.0.0.10:53", "10.0.0.11:5353", "[2001:db8::1]:53", "[2001:db8::2]:54",
      ])
    #expect([dns.minTTL, dns.maxTTL, dns.timeout].map(\.milliseconds) == [2_000, 60_000, 500])
    #expect(dns.attempts == 3 && dns.family == .both)
  }

  @Test func withoutIt() throws {
    #expect(try #require(load(service).snapshot).settings.dns == DNSSettings())
  }

  @Test(arguments: [
    (
      "{servers: [dns.example]}",
      "f:1:17: dns.servers[0]: `dns.example` is no address of a name server (valid: 10.0.0.10, 10.0.0.10:53, 2001:db8::1, [2001:db8::1]:53)"
    ),
    (
      "{minTTL: 10m}",
      "f:1:15: dns.minTTL: `maxTTL` (5m) must not be shorter than `minTTL` (10m)"
    ),
    ("{attempts: 0}", "f:1:17: dns.attempts: 0 is out of range (valid: 1 to 10)"),
    (
      "{family: ipv5}",
      "f:1:15: dns.family: unknown value `ipv5` (did you mean `ipv4`? valid: auto, ipv4, ipv6, both)"
    ),
    (
      "{server: []}",
      "f:1:7: dns: unknown field `server` (did you mean `servers`? valid: servers, minTTL, maxTTL, timeout, attempts, family)"
    ),
  ])
  func mistakes(_ text: String, _ expected: String) {
    #expect(diagnostics("dns: \(text)\n" + service) == [expected])
  }
}
