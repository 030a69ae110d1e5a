import Mesh
import Primitives
import Testing

/// Which rule a CORS preflight goes to: the one that would take the request that it asks about.
@Suite struct PreflightTests {
  /// `take` is what the rule with the CORS filter, the first, matches; the second takes everything.
  private func takes(_ match: RouteMatch, _ headers: [(String, String)], method: String = "OPTIONS") throws
    -> Bool
  {
    let rule = RouteRule(index: 0, routeName: "r", ruleName: "cors", cors: CORSFilter(CORSSettings()))
    let other = RouteRule(index: 1, routeName: "r", ruleName: "other")
    let table = RouteTable(
      [
        RouteDefinition(
          hostnames: [],
          rules: [RouteDefinition.Rule(rule, matches: [match]), RouteDefinition.Rule(other, matches: [])])
      ], seed: 1)
    return try RequestSample(method: method, headers: headers).rule(in: table) == "r/cors"
  }

  private func asking(_ method: String, for names: String? = nil) -> [(String, String)] {
    let names = names.map { [("Access-Control-Request-Headers", $0)] } ?? []
    return [("Origin", "https://a"), ("Access-Control-Request-Method", method)] + names
  }

  private func header(_ name: String, _ value: String = "1", method: String? = nil) -> RouteMatch {
    RouteMatch(method: method, headers: [ValueMatch(name: name, .exact(value))])
  }

  @Test func theMethodIsTheOneAskedFor() throws {
    let match = RouteMatch(method: "POST")
    #expect(try takes(match, asking("POST")))
    #expect(try !takes(match, asking("PUT")))
    #expect(try !takes(match, [("Origin", "https://a")]))
    #expect(try !takes(match, asking("POST"), method: "GET"))
  }

  @Test func aHeaderThatIsNamedCountsAsThere() throws {
    for names in ["x-v", "a,x-v", "a, X-V ,b"] {
      #expect(try takes(header("X-V"), asking("GET", for: names)), "\(names)")
    }
    for names in ["x", "x-vv", "", ",", "a;x-v"] {
      #expect(try !takes(header("X-V"), asking("GET", for: names)), "\(names)")
    }
    #expect(try !takes(header("X-V"), asking("GET")))
  }

  @Test func everyHeaderMustBeNamed() throws {
    let match = RouteMatch(headers: ["x-a", "x-b"].map { ValueMatch(name: $0, .exact("1")) })
    #expect(try takes(match, asking("GET", for: "x-a,x-b")))
    #expect(try !takes(match, asking("GET", for: "x-a")))
  }

  @Test func aBrowserNeedNotNameAllThatItSends() throws {
    for name in ["Content-Type", "accept", "Cookie", "authorization"] {
      #expect(try takes(header(name), asking("GET")), "\(name)")
    }
    // It says so in the preflight, too.
    #expect(try takes(header("origin", "https://a"), asking("GET")))
    #expect(try !takes(header("origin", "https://b"), asking("GET")))
  }

  @Test func theMethodAskedForMustBeTheRules() throws {
    #expect(try takes(header("x-v", method: "POST"), asking("POST", for: "x-v")))
    #expect(try !takes(header("x-v", method: "POST"), asking("PUT", for: "x-v")))
    // What asks for POST does not come as OPTIONS afterwards.
    #expect(try !takes(header("x-v", method: "OPTIONS"), asking("POST", for: "x-v")))
  }

  @Test func anotherRequestMustCarryIt() throws {
    #expect(try !takes(header("x-v"), [("Access-Control-Request-Headers", "x-v")]))
    #expect(try !takes(header("x-v"), asking("GET", for: "x-v"), method: "POST"))
  }
}
