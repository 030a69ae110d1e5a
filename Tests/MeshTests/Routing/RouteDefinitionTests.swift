import Primitives
import Testing

@testable import Mesh

@Suite struct RouteDefinitionTests {
  @Test func aDetachedDefinitionIsTheSame() throws {
    let rule = RouteRule(index: 3, routeName: "shop", ruleName: "0")
    let expression = try RegularExpression("/v[0-9]+")
    let matches = [
      RouteMatch(path: .exact("/a/path/that/is/no/small/string"), method: "PUT"),
      RouteMatch(path: .prefix("/päth"), headers: [ValueMatch(name: "tenant", .exact("a"))]),
      RouteMatch(path: .regularExpression(expression)),
      RouteMatch(queryParameters: [ValueMatch(name: "page", .exact("1"))]),
    ]
    let definition = RouteDefinition(
      hostnames: ["shop.example", "*.a-host-that-is-no-small-string.example"],
      rules: [.init(rule, matches: matches), .init(rule)])

    let copy = definition.detached()
    #expect(copy.hostnames == definition.hostnames)
    #expect(copy.rules.map { $0.rule === rule } == [true, true])
    #expect(copy.rules[0].matches.map(Self.text) == matches.map(Self.text))
    #expect(copy.rules[1].matches.isEmpty)
  }

  private static func text(_ match: RouteMatch) -> String {
    let path =
      switch match.path {
      case .exact(let value): "exact \(value)"
      case .prefix(let value): "prefix \(value)"
      case .regularExpression(let value): "expression \(value.pattern)"
      case .grpc, nil: "none"
      }
    return
      "\(path), \(match.method ?? "-"), \(match.headers.map(\.name)), \(match.queryParameters.map(\.name))"
  }
}
