import Mesh
import Testing

@Suite struct HostnameTests {
  private let table = RouteSample.table([
    RouteSample(name: "any", matches: [[]]),
    RouteSample(name: "exact", hostnames: ["shop.example", "127.0.0.1", "[::1]", "orders"], matches: [[]]),
    RouteSample(name: "wide", hostnames: ["*.example"], matches: [[]]),
    RouteSample(name: "narrow", hostnames: ["*.shop.example"], matches: [[]]),
    RouteSample(name: "inner", hostnames: ["api.shop.example"], matches: [[.prefix("/v1")]]),
  ])

  @Test func exactThenLongestWildcardThenAny() throws {
    let cases = [
      "shop.example": "exact", "a.shop.example": "narrow", "a.b.shop.example": "narrow", "b.example": "wide",
      "example": "any", "other": "any", "myshop.example": "wide", "shop.example.org": "any",
      "orders": "exact",
      "127.0.0.1": "exact", "xshop.example": "wide", "a.orders": "any",
    ]
    for (host, route) in cases {
      #expect(try RequestSample(host: host).rule(in: table) == route + "/0", "\(host)")
    }
  }

  @Test func portCaseAndTrailingDotCountForNothing() throws {
    let cases = [
      "shop.example:8080": "exact", "SHOP.Example": "exact", "shop.example.": "exact",
      "shop.example.:80": "exact",
      "A.Shop.EXAMPLE:1": "narrow", "[::1]": "exact", "[::1]:443": "exact", "[::2]:443": "any",
      "127.0.0.1:1": "exact",
      "shop.example:": "exact",
    ]
    for (host, route) in cases {
      #expect(try RequestSample(host: host).rule(in: table) == route + "/0", "\(host)")
    }
  }

  @Test func aHostWithoutAMatchingRuleFallsBack() throws {
    #expect(try RequestSample(host: "api.shop.example", target: "/v1").rule(in: table) == "inner/0")
    #expect(try RequestSample(host: "api.shop.example", target: "/v2").rule(in: table) == "narrow/0")
  }

  @Test func theStarStandsForAtLeastOneByte() throws {
    let table = RouteSample.table([RouteSample(name: "w", hostnames: ["*.a"], matches: [[]])])
    #expect(try RequestSample(host: "b.a").rule(in: table) == "w/0")
    for host in ["a", ".a", "ba", "b.a.c"] {
      #expect(try RequestSample(host: host).rule(in: table) == nil, "\(host)")
    }
  }

  @Test func aTargetsAuthorityReplacesTheHost() throws {
    let request = RequestSample(host: "other", target: "http://orders:80/x")
    #expect(try request.rule(in: table) == "exact/0")
  }

  @Test func hostnamesInCapitalsAreTheSame() throws {
    let table = RouteSample.table([RouteSample(name: "r", hostnames: ["Shop.Example"], matches: [[]])])
    #expect(try RequestSample(host: "shop.example").rule(in: table) == "r/0")
  }

  @Test func aTableWithoutRoutesTakesNothing() throws {
    #expect(try RequestSample().rule(in: RouteTable()) == nil)
  }
}
