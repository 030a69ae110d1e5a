import Foundation
import Mesh
import Testing

@testable import Configuration

@Suite struct GRPCRouteTests {
  private let service = "services: [{name: web, endpoints: [127.0.0.1:9000], protocol: h2}]\n"

  private func rule(_ text: String) -> String {
    "routes:\n- name: r\n  rules:\n  - {\(text), backendRefs: [{name: web}]}\n" + service
  }

  /// Gateway API's own example of a rule, with what Kubernetes writes into it.
  @Test func aPastedRuleIsRead() throws {
    let loaded = load(
      """
      routes:
      - name: pasted
        rules:
        - matches:
          - method:
              method: Login
              service: com.example.User
              type: Exact
          - method:
              service: com.example.Things
            headers:
            - name: magic
              type: Exact
              value: foo
          filters:
          - type: RequestHeaderModifier
            requestHeaderModifier:
              set:
              - name: x-from
                value: mesh
          backendRefs:
          - group: ""
            kind: Service
            name: web
            weight: 1
        - matches:
          - method: {type: RegularExpression, method: "Get|List"}
          backendRefs: [{name: web}]

      """ + service)
    #expect(loaded.diagnostics == [])
    let rules = try #require(loaded.snapshot?.routes.definitions[0].rules)
    let calls = rules.flatMap(\.matches).map { match in
      guard case .grpc(let call) = match.path else { return "none" }
      return "\(call.kind) \(call.service ?? "-") \(call.method ?? "-") \(match.headers.count)"
    }
    #expect(
      calls == [
        "exact com.example.User Login 0", "exact com.example.Things - 1", "regularExpression - Get|List 0",
      ])
  }

  @Test func namesAsGatewayAPIHasThem() {
    for name in ["a", "_a", "a.b.C", ".a.b", "A1.b_2"] {
      #expect(diagnostics(rule("matches: [{method: {service: \(name)}}]")) == [], "\(name)")
    }
    for name in ["a..b", "a.", "1a", "a-b", "'a b'", "a.1", "'.'", "''"] {
      #expect(diagnostics(rule("matches: [{method: {service: \(name)}}]")).count == 1, "\(name)")
    }
  }

  @Test func mistakesAreNamed() {
    let at = "routes[0].rules[0].matches[0]"
    let cases: [(String, [String])] = [
      (
        "matches: [{method: {}}]", ["f:4:25: \(at).method: `service` or `method` must be there, or both"]
      ),
      (
        "matches: [{method: {sevice: a}}]",
        [
          "f:4:25: \(at).method: `service` or `method` must be there, or both",
          "f:4:26: \(at).method: unknown field `sevice` (did you mean `service`? valid: type, service, method)",
        ]
      ),
      (
        "matches: [{method: {type: exact, service: a}}]",
        [
          "f:4:32: \(at).method.type: unknown value `exact` (did you mean `Exact`? valid: Exact, RegularExpression)"
        ]
      ),
      (
        "matches: [{method: {service: a.S/Get}}]",
        ["f:4:35: \(at).method.service: `a.S/Get` is no name of a service: the method stands in `method`"]
      ),
      (
        "matches: [{method: {service: a-b, method: 'x.y'}}]",
        [
          "f:4:35: \(at).method.service: `a-b` is no name of a service (valid: shop.v1.Carts)",
          "f:4:48: \(at).method.method: `x.y` is no name of a method (valid: GetCart)",
        ]
      ),
      (
        "matches: [{method: {type: RegularExpression, service: '('}}]",
        [
          "f:4:60: \(at).method.service: not a regular expression: missing closing parenthesis, at character 2"
        ]
      ),
      (
        "matches: [{path: {value: /a}, method: {service: a}}]",
        ["f:4:23: \(at).path: a call's path is its service and method: leave `path` out, or `method`"]
      ),
    ]
    for (text, expected) in cases { #expect(diagnostics(rule(text)) == expected, "\(text)") }
  }

  @Test func aServiceOfHTTP1TakesNoCalls() {
    let text = """
      routes: [{name: r, rules: [{matches: [{method: {service: a}}], backendRefs: [{name: old}, {name: new}]}]}]
      services:
      - {name: old, endpoints: ["1.1.1.1:1"]}
      - {name: new, endpoints: ["1.1.1.1:1"], protocol: h2}
      """
    #expect(
      diagnostics(text) == [
        "f:1:85: warning: routes[0].rules[0].backendRefs[0].name: the rule takes gRPC calls, and the service `old` has no `protocol: h2`"
      ])
    let auto = text.replacingOccurrences(of: "{name: old,", with: "{name: old, protocol: auto,")
    #expect(diagnostics(auto) == [])
  }
}
