import Mesh
import Testing

@Suite struct PathTests {
  private func rule(_ path: String, _ matches: [[RouteMatch]]) throws -> String? {
    try RequestSample(target: path).rule(in: RouteSample.table([RouteSample(name: "r", matches: matches)]))
  }

  @Test func prefixesAreOfWholeElements() throws {
    for prefix in ["/v2", "/v2/"] {
      for path in ["/v2", "/v2/", "/v2/x", "/v2/x/y", "/v2?q"] {
        #expect(try rule(path, [[.prefix(prefix)]]) == "r/0", "\(prefix) \(path)")
      }
      for path in ["/v2x", "/v", "/", "/V2", "/x/v2"] {
        #expect(try rule(path, [[.prefix(prefix)]]) == nil, "\(prefix) \(path)")
      }
    }
  }

  @Test func theRootPrefixTakesEverything() throws {
    for path in ["/", "/x", "/x/y/"] {
      #expect(try rule(path, [[.prefix("/")]]) == "r/0")
      #expect(try rule(path, [[]]) == "r/0")
    }
    let options = RequestSample(method: "OPTIONS", target: "*")
    #expect(try options.rule(in: RouteSample.table([RouteSample(name: "r", matches: [[]])])) == "r/0")
  }

  @Test func exactPathsAreExact() throws {
    #expect(try rule("/a", [[.exact("/a")]]) == "r/0")
    for path in ["/", "/a/", "/a/b", "/A", "/ab"] {
      #expect(try rule(path, [[.exact("/a")]]) == nil, "\(path)")
    }
    #expect(try rule("/", [[.exact("/")]]) == "r/0")
    #expect(try rule("/a/", [[.exact("/a/")]]) == "r/0")
  }

  @Test func expressionsMatchTheWholePath() throws {
    let matches = [[try RouteMatch.expression("/[a-z]+/[0-9]+")]]
    #expect(try rule("/ab/12", matches) == "r/0")
    #expect(try rule("/ab/12?x=/c", matches) == "r/0")
    for path in ["/ab/12/", "/x/ab/12", "/ab/", "/ab/1x"] {
      #expect(try rule(path, matches) == nil, "\(path)")
    }
  }

  @Test func exactThenExpressionThenLongestPrefix() throws {
    let matches = [
      [RouteMatch.prefix("/")], [.prefix("/a")], [.prefix("/a/b/")], [try .expression("/a/b/c[0-9]")],
      [.exact("/a/b/c1")], [try .expression("/a/b/c.*")], [.prefix("/a/b/c1/d")],
    ]
    let cases = [
      "/": 0, "/x": 0, "/a": 1, "/ab": 0, "/a/x": 1, "/a/b": 2, "/a/b/": 2, "/a/b/x": 2, "/a/b/c2": 3,
      "/a/b/c1": 4,
      "/a/b/c": 5, "/a/b/c1/d": 5,
    ]
    for (path, index) in cases { #expect(try rule(path, matches) == "r/\(index)", "\(path)") }
  }

  @Test func matchesOfOneRuleAreAlternatives() throws {
    let matches = [[RouteMatch.exact("/a"), .prefix("/b")]]
    #expect(try rule("/a", matches) == "r/0")
    #expect(try rule("/b/c", matches) == "r/0")
    #expect(try rule("/c", matches) == nil)
  }

  /// Longer than the 63 bytes whose lengths are told apart one by one.
  @Test func longPaths() throws {
    let element = "/" + String(repeating: "x", count: 70)
    let matches = [[RouteMatch.prefix(element)], [.prefix(element + element)], [.exact(element + "/y")]]
    #expect(try rule(element + "/z", matches) == "r/0")
    #expect(try rule(element + element + "/z", matches) == "r/1")
    #expect(try rule(element + "/y", matches) == "r/2")
    #expect(try rule(element + element + "z", matches) == "r/0")
    #expect(try rule("/" + String(repeating: "x", count: 69), matches) == nil)
  }
}
