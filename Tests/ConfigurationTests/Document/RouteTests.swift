import Mesh
import Policy
import Primitives
import Testing

@testable import Configuration

@Suite struct RouteTests {
  /// A rule of a route beside the service `web`.
  private func rule(_ text: String) -> String { "routes:\n- name: r\n  rules:\n  - {\(text)}\n" + service }

  @Test func theContractsExampleIsRead() throws {
    let loaded = load(
      """
      routes:
      - name: orders
        hostnames: [orders, "*.orders.example"]
        rules:
        - matches: [{path: {type: PathPrefix, value: /v2}, method: GET, headers: [{name: x-beta, value: "1"}]}]
          filters:
          - {type: RequestHeaderModifier, requestHeaderModifier: {set: [{name: x-from, value: mesh}], remove: [cookie]}}
          timeouts: {request: 15s, backendRequest: 3s}
          retry: {attempts: 2, on: [connect-failure, reset, "503"], backoff: {base: 25ms, max: 250ms}}
          backendRefs: [{name: orders-v1, weight: 95}, {name: orders-v2, weight: 5}]
      - name: web
        rules: [{name: all, backendRefs: [{name: orders-v2}]}]
      services:
      - {name: orders-v1, endpoints: ["10.0.0.5:8080"]}
      - {name: orders-v2, endpoints: ["10.0.0.6:8080"]}
      """)
    #expect(loaded.diagnostics == [])
    let rules = try #require(loaded.snapshot).routes.rules
    #expect(rules.map(\.index) == [0, 1])
    #expect(rules.map { "\($0.routeName)/\($0.ruleName)" } == ["orders/0", "web/all"])
    #expect(rules[0].backends.map { "\($0.service.name) \($0.weight)" } == ["orders-v1 95", "orders-v2 5"])
    #expect(rules[0].timeouts == RouteTimeouts(request: .seconds(15), backendRequest: .seconds(3)))
    #expect(!rules[0].requestFilters.isEmpty && rules[0].responseFilters.isEmpty)
    let retry = try #require(rules[0].retry)
    #expect(retry.attempts == 2 && retry.conditions == [.connectFailure, .reset] && retry.statuses == [503])
    #expect(retry.perTry == .seconds(3))
    #expect(retry.backoff == Backoff(base: .milliseconds(25), maximum: .milliseconds(250)))
    #expect(rules[1].retry == nil)
  }

  /// Gateway API's own example of a rule, with all that Kubernetes writes into it.
  @Test func aPastedRuleIsRead() throws {
    let loaded = load(
      """
      routes:
      - name: pasted
        rules:
        - matches:
          - path:
              type: PathPrefix
              value: /login
          filters: []
          retry:
            codes: [500, 503]
            attempts: 2
            backoff: 100ms
          backendRefs:
          - group: ""
            kind: Service
            name: web
            port: 8080
            weight: 1

      """ + service)
    #expect(
      loaded.diagnostics.map(\.description) == [
        "f:17:13: warning: routes[0].rules[0].backendRefs[0].port: has no effect: `web` is an entry of `services`"
      ])
    let retry = try #require(loaded.snapshot?.routes.rules[0].retry)
    #expect(retry.statuses == [500, 503] && retry.conditions == [.connectFailure, .reset, .refused])
    #expect(retry.backoff == Backoff(base: .milliseconds(100), maximum: .seconds(1)))
  }

  @Test func retriesHaveDefaults() throws {
    let text = rule("retry: {}, backendRefs: [{name: web}]")
    let retry = try #require(load(text).snapshot?.routes.rules[0].retry)
    #expect(retry == RetryPolicy(conditions: [.connectFailure, .reset, .refused]))
  }

  @Test func retriesByTheStatusOfACall() throws {
    let conditions: [(String, RetryConditions)] = [
      ("cancelled", .cancelled), ("deadline-exceeded", .deadlineExceeded), ("internal", .internal),
      ("resource-exhausted", .resourceExhausted), ("unavailable", .unavailable), ("refused-stream", .refused),
    ]
    for (name, condition) in conditions {
      let text = rule("retry: {on: [\(name)]}, backendRefs: [{name: web}]")
      #expect(load(text).snapshot?.routes.rules[0].retry == RetryPolicy(conditions: condition))
    }
  }

  @Test func theProxysTimeForAnAttemptIsEachRulesDefault() throws {
    let rules =
      "routes: [{name: r, rules: [{retry: {}, backendRefs: [{name: web}]}, "
      + "{timeouts: {backendRequest: 0s}, retry: {}, backendRefs: [{name: web}]}]}]\n"
    let snapshot = try #require(load("timeouts: {backendRequest: 2s}\n" + rules + service).snapshot)
    #expect(snapshot.routes.rules.map(\.timeouts.backendRequest) == [.seconds(2), .zero])
    #expect(snapshot.routes.rules.map { $0.retry?.perTry } == [.seconds(2), nil])
    let implied = try #require(load("timeouts: {backendRequest: 2s}\n" + service).snapshot)
    #expect(implied.routes.rules.map(\.timeouts.backendRequest) == [.seconds(2)])
  }

  @Test func withoutRoutesEachServiceAnswersToItsName() throws {
    let loaded = load("services: [{name: a, endpoints: ['1.1.1.1:1']}, {name: b, endpoints: ['1.1.1.1:2']}]")
    let rules = try #require(loaded.snapshot).routes.rules
    #expect(rules.map { $0.backends[0].service.name } == ["a", "b"])
  }

  @Test func mistakesAreNamed() {
    let at = "routes[0].rules[0]"
    let backend = "backendRefs: [{name: web}]"
    let cases: [(String, [String])] = [
      (
        "matches: [], backendRefs: [{name: wbe}]",
        ["f:4:40: \(at).backendRefs[0].name: there is no service `wbe` (did you mean `web`? valid: web)"]
      ),
      (
        "backendRefs: [{name: web, weight: -1}]",
        ["f:4:40: \(at).backendRefs[0].weight: -1 is out of range (valid: 0 to 1000000)"]
      ),
      (
        "matches: [{path: {type: Prefix, value: /}}], \(backend)",
        [
          "f:4:30: \(at).matches[0].path.type: unknown value `Prefix` (did you mean `PathPrefix`? valid: PathPrefix, Exact, RegularExpression)"
        ]
      ),
      (
        "matches: [{path: {value: v2}}], \(backend)",
        ["f:4:31: \(at).matches[0].path.value: must begin with `/`"]
      ),
      (
        "matches: [{path: {value: '/a?b'}}], \(backend)",
        ["f:4:31: \(at).matches[0].path.value: a path cannot hold `?`: match a query with `queryParams`"]
      ),
      (
        "matches: [{path: {value: /a/../b}}], \(backend)",
        [
          "f:4:31: \(at).matches[0].path.value: can never match: `//`, `.` and `..` are resolved before paths are matched"
        ]
      ),
      (
        "matches: [{path: {type: RegularExpression, value: '/('}}], \(backend)",
        [
          "f:4:56: \(at).matches[0].path.value: not a regular expression: missing closing parenthesis, at character 3"
        ]
      ),
      (
        "matches: [{method: get}], \(backend)",
        [
          "f:4:25: \(at).matches[0].method: unknown method `get` (did you mean `GET`? valid: GET, HEAD, POST, PUT, DELETE, OPTIONS, PATCH, TRACE, CONNECT)"
        ]
      ),
      (
        "matches: [{headers: [{name: 'x y', value: '1'}]}], \(backend)",
        ["f:4:34: \(at).matches[0].headers[0].name: `x y` is no header name"]
      ),
      (
        "matches: [{headers: [{name: a, value: '1'}, {name: A, value: '2'}]}], \(backend)",
        ["f:4:57: \(at).matches[0].headers[1].name: `A` is matched twice: only the first would count"]
      ),
      (
        "matches: [{header: []}], \(backend)",
        [
          "f:4:17: \(at).matches[0]: unknown field `header` (did you mean `headers`? valid: path, method, headers, queryParams)"
        ]
      ),
      (
        "filters: [{type: URLRewrite, urlRewrite: {}}], \(backend)",
        [
          "f:4:23: \(at).filters[0].type: `URLRewrite` is not supported yet by this version (valid: RequestHeaderModifier, ResponseHeaderModifier, CORS)"
        ]
      ),
      (
        "filters: [{type: RequestHeaderModifier, requestHeaderModifier: {remove: [Host]}}], \(backend)",
        [
          "f:4:79: \(at).filters[0].requestHeaderModifier.remove[0]: `Host` belongs to the connection and is written by the proxy itself"
        ]
      ),
      (
        "filters: [{type: ResponseHeaderModifier, responseHeaderModifier: {set: [{name: a, value: \"b\\r\\nc\"}]}}], \(backend)",
        [
          "f:4:95: \(at).filters[0].responseHeaderModifier.set[0].value: a header's value cannot hold line ends, controls or spaces at its ends"
        ]
      ),
      (
        "timeouts: {request: 1s, backendRequest: 2s}, \(backend)",
        [
          "f:4:46: \(at).timeouts.backendRequest: must not be longer than `request` (1s), which includes every attempt"
        ]
      ),
      (
        "timeouts: {request: 1s, backendRequest: 1s}, retry: {}, \(backend)",
        [
          "f:4:46: warning: \(at).timeouts.backendRequest: is as long as `request`: an attempt that times out leaves no time for a retry"
        ]
      ),
      (
        "retry: {on: [conect-failure, 5xx, 200]}, \(backend)",
        [
          "f:4:19: \(at).retry.on[0]: unknown condition `conect-failure` (did you mean `connect-failure`? valid: connect-failure, reset, refused, 5xx, gateway-error, retriable-4xx, refused-stream, cancelled, deadline-exceeded, internal, resource-exhausted, unavailable, 400 to 599)",
          "f:4:40: \(at).retry.on[2]: 200 is no status to retry on (valid: 400 to 599)",
        ]
      ),
      (
        "retry: {backoff: {base: 2s, max: 1s}}, \(backend)",
        ["f:4:39: \(at).retry.backoff.max: must not be shorter than `base` (2s)"]
      ),
      (
        "sessionPersistence: {}, \(backend)",
        ["f:4:6: \(at).sessionPersistence: `sessionPersistence` is not supported yet by this version"]
      ),
      (
        "backendRefs: [{name: web, kind: Gateway}]",
        [
          "f:4:38: \(at).backendRefs[0].kind: a kind other than `Service` is not supported yet by this version"
        ]
      ),
      (
        "backendRefs: [{name: web, weight: 0}]",
        [
          "f:4:19: warning: \(at).backendRefs: all weights are 0: every request that this rule takes is answered 500"
        ]
      ),
    ]
    for (text, expected) in cases { #expect(diagnostics(rule(text)) == expected, "\(text)") }
  }

  @Test func hostnames() {
    for name in ["a", "a.b", "*.a", "a-b.c1", "127.0.0.1", "[::1]", "A.B", "x_y"] {
      #expect(RouteSpecification.problem(withHostname: name.lowercased()) == nil, "\(name)")
    }
    for name in [
      "", "*", "*.", "a.*", "**.a", "a..b", ".a", "a.", "-a", "a-", "a b", "a:80", "http://a", "*a.b", "ä",
    ] {
      #expect(RouteSpecification.problem(withHostname: name) != nil, "\(name)")
    }
  }
}
