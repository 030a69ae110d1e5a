import HTTP
import Mesh
import Primitives

/// A request, read by the decoder that the proxy reads it with.
struct RequestSample {
  var method = "GET"
  var host = "shop.example"
  var target = "/"
  var headers: [(String, String)] = []

  /// The name of the rule that takes it, nil where none does. `name` is `route/rule`.
  func rule(in table: RouteTable) throws -> String? {
    var scratch = MatchScratch()
    return try rule(in: table, &scratch)
  }

  func rule(in table: RouteTable, _ scratch: inout MatchScratch) throws -> String? {
    var head = MessageHead()
    try read(into: &head)
    let rule = table.match(head, scratch: &scratch)
    return rule { "\($0.routeName)/\($0.ruleName)" }
  }

  func read(into head: inout MessageHead) throws {
    var text = "\(method) \(target) HTTP/1.1\r\nHost: \(host)\r\n"
    for (name, value) in headers { text += "\(name): \(value)\r\n" }
    text += "\r\n"
    var decoder = HTTP1Decoder(role: .server)
    var trailers = MessageHead()
    var offset = 0
    let bytes = Array(text.utf8)
    guard try decoder.next(bytes.span, &offset, head: &head, trailers: &trailers) == .head else {
      throw HTTPError.truncatedHead
    }
  }
}

/// Routes in a short form: every rule is named after its place.
struct RouteSample {
  var name: String
  var hostnames: [String] = []
  /// Of each rule.
  var matches: [[RouteMatch]]

  static func table(_ routes: [RouteSample], seed: UInt64 = 1) -> RouteTable {
    var index = 0
    let definitions = routes.map { route in
      let rules = route.matches.enumerated().map { place, matches in
        defer { index += 1 }
        let rule = RouteRule(index: StableNumber(index), routeName: route.name, ruleName: String(place))
        return RouteDefinition.Rule(rule, matches: matches)
      }
      return RouteDefinition(hostnames: route.hostnames, rules: rules)
    }
    return RouteTable(definitions, seed: seed)
  }
}

extension RouteMatch {
  static func exact(_ path: String) -> RouteMatch { RouteMatch(path: .exact(path)) }
  static func prefix(_ path: String) -> RouteMatch { RouteMatch(path: .prefix(path)) }
  static func expression(_ pattern: String) throws -> RouteMatch {
    RouteMatch(path: .regularExpression(try RegularExpression(pattern)))
  }
}
