import Mesh
import Testing

@Suite struct CriteriaTests {
  private func takes(_ match: RouteMatch, _ request: RequestSample) throws -> Bool {
    try request.rule(in: RouteSample.table([RouteSample(name: "r", matches: [[match]])])) != nil
  }

  private func header(_ name: String, _ value: String) -> RouteMatch {
    RouteMatch(headers: [ValueMatch(name: name, .exact(value))])
  }

  private func parameter(_ name: String, _ value: String) -> RouteMatch {
    RouteMatch(queryParameters: [ValueMatch(name: name, .exact(value))])
  }

  @Test func methodsAreCaseSensitive() throws {
    #expect(try takes(RouteMatch(method: "GET"), RequestSample()))
    #expect(try !takes(RouteMatch(method: "GET"), RequestSample(method: "get")))
    #expect(try !takes(RouteMatch(method: "GET"), RequestSample(method: "HEAD")))
    #expect(try takes(RouteMatch(method: "PURGE"), RequestSample(method: "PURGE")))
    #expect(try !takes(RouteMatch(method: "PURGE"), RequestSample(method: "PURGES")))
  }

  @Test func headerNamesHaveNoCaseValuesDo() throws {
    for name in ["x-beta", "X-Beta"] {
      #expect(try takes(header(name, "One"), RequestSample(headers: [("X-BETA", "One")])))
      #expect(try !takes(header(name, "One"), RequestSample(headers: [("X-BETA", "one")])))
      #expect(try !takes(header(name, "One"), RequestSample(headers: [("X-BET", "One")])))
    }
    #expect(try !takes(header("x-beta", "One"), RequestSample()))
    // A name that the proxy knows by number.
    #expect(try takes(header("User-Agent", "curl"), RequestSample(headers: [("user-agent", "curl")])))
  }

  @Test func repeatedHeadersAreOneList() throws {
    for name in ["x-a", "accept"] {
      let twice = RequestSample(headers: [(name, "1"), ("x-other", "9"), (name, "2")])
      #expect(try takes(header(name, "1,2"), twice))
      #expect(try !takes(header(name, "1"), twice))
      #expect(try !takes(header(name, "2"), twice))
      let three = RequestSample(headers: [(name, "1"), (name, "2"), (name, "3")])
      #expect(try takes(header(name, "1,2,3"), three))
      let expression = ValueMatch(name: name, .regularExpression(try RegularExpression("1,.*")))
      #expect(try takes(RouteMatch(headers: [expression]), three))
    }
  }

  @Test func headerExpressionsMatchTheWholeValue() throws {
    let match = RouteMatch(headers: [
      ValueMatch(name: "x-v", .regularExpression(try RegularExpression("[0-9]+")))
    ])
    #expect(try takes(match, RequestSample(headers: [("x-v", "42")])))
    #expect(try !takes(match, RequestSample(headers: [("x-v", "42a")])))
    #expect(try !takes(match, RequestSample()))
    let empty = RouteMatch(headers: [ValueMatch(name: "x-v", .regularExpression(try RegularExpression("")))])
    #expect(try takes(empty, RequestSample(headers: [("x-v", "")])))
  }

  @Test func parametersAreDecoded() throws {
    let cases: [(String, String, String, Bool)] = [
      ("q", "a b", "/?q=a+b", true), ("q", "a b", "/?q=a%20b", true), ("q", "a b", "/?x=1&q=a%20b&y", true),
      ("q", "1", "/?q=1", true), ("q", "1", "/?q=12", false), ("q", "12", "/?q=1", false),
      ("q", "1", "/?Q=1", false),
      ("q", "1", "/?qq=1", false), ("q", "1", "/", false), ("q", "1", "/?", false), ("q", "", "/?q", true),
      ("q", "", "/?q=", true), ("q", "a=b", "/?q=a=b", true), ("q&", "é", "/?q%26=%C3%a9", true),
      ("q", "1", "/?q=0&q=1", false), ("q", "0", "/?q=0&q=1", true), ("q", "1", "/?&&q=1", true),
      ("q", "%41", "/?q=%2541", true),
    ]
    for (name, value, target, expected) in cases {
      #expect(
        try takes(parameter(name, value), RequestSample(target: target)) == expected, "\(value) \(target)")
    }
    let match = RouteMatch(
      queryParameters: [ValueMatch(name: "v", .regularExpression(try RegularExpression("[a-z ]+")))])
    #expect(try takes(match, RequestSample(target: "/?v=x%20y")))
    #expect(try !takes(match, RequestSample(target: "/?v=x%20Y")))
  }

  @Test func allCriteriaOfAMatchMustHold() throws {
    let match = RouteMatch(
      path: .prefix("/a"), method: "POST", headers: [ValueMatch(name: "x", .exact("1"))],
      queryParameters: [ValueMatch(name: "q", .exact("2"))])
    let whole = RequestSample(method: "POST", target: "/a/b?q=2", headers: [("x", "1")])
    #expect(try takes(match, whole))
    var other = whole
    other.method = "GET"
    #expect(try !takes(match, other))
    other = whole
    other.target = "/b?q=2"
    #expect(try !takes(match, other))
    other.target = "/a?q=3"
    #expect(try !takes(match, other))
    other = whole
    other.headers = []
    #expect(try !takes(match, other))
  }

  /// Gateway API: "only the first entry with an equivalent name MUST be considered".
  @Test func ofSeveralCriteriaForOneNameTheFirstCounts() throws {
    let match = RouteMatch(
      headers: [ValueMatch(name: "x", .exact("1")), ValueMatch(name: "X", .exact("2"))],
      queryParameters: [ValueMatch(name: "q", .exact("1")), ValueMatch(name: "q", .exact("2"))])
    #expect(try takes(match, RequestSample(target: "/?q=1", headers: [("x", "1")])))
  }

  @Test func amongEqualPathsMethodThenHeadersThenParametersThenOrder() throws {
    let one = ValueMatch(name: "a", .exact("1"))
    let two = ValueMatch(name: "b", .exact("1"))
    let matches = [
      [RouteMatch()], [RouteMatch(queryParameters: [one])], [RouteMatch(queryParameters: [one, two])],
      [RouteMatch(headers: [one])], [RouteMatch(headers: [one, two])], [RouteMatch(method: "GET")],
      [RouteMatch(headers: [one])], [RouteMatch(path: .prefix("/long"))],
    ]
    let table = RouteSample.table([RouteSample(name: "r", matches: matches)])
    let both = [("a", "1"), ("b", "1")]
    let cases: [(RequestSample, Int)] = [
      (RequestSample(method: "GET", target: "/?a=1&b=1", headers: both), 5),
      (RequestSample(method: "PUT", target: "/?a=1&b=1", headers: both), 4),
      (RequestSample(method: "PUT", target: "/?a=1&b=1", headers: [("a", "1")]), 3),
      (RequestSample(method: "PUT", target: "/?a=1&b=1"), 2),
      (RequestSample(method: "PUT", target: "/?a=1"), 1),
      (RequestSample(method: "PUT", target: "/"), 0), (RequestSample(target: "/long", headers: both), 7),
    ]
    for (request, rule) in cases { #expect(try request.rule(in: table) == "r/\(rule)", "\(request)") }
  }
}
