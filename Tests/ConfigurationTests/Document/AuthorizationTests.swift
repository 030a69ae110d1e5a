import Identity
import Mesh
import Primitives
import Testing

@testable import Configuration

@Suite struct AuthorizationTests {
  private func route(_ text: String) -> String {
    "routes:\n- name: r\n  rules: [{backendRefs: [{name: web}]}]\n  authorization: {\(text)}\n" + service
  }

  @Test func aWholePolicy() throws {
    let text = """
      listeners:
      - name: inbound
        address: ":8080"
        authorization: {mode: dry-run, rules: [{name: none, action: deny}]}
      routes:
      - name: r
        rules: [{backendRefs: [{name: web}]}, {name: two, backendRefs: [{name: web}]}]
        authorization:
          rules:
          - name: web-reads
            action: allow
            when:
              identities: ["spiffe://prod/ns/*/sa/web", "dns:*.example", "subject:CN=a", "*"]
              methods: [GET, PURGE]
              paths: [{value: /v2}, {type: Exact, value: /a}, {type: RegularExpression, value: "/b.*"}]
              headers: [{name: x-team, value: shop}]
              sourceNetworks: [10.0.0.0/8, "::1"]
      - {name: open, rules: [{backendRefs: [{name: web}]}]}
      """
    let found = diagnostics(text + "\n" + service)
    #expect(found.count == 1 && found[0].contains("the rule `web-reads` never holds"), "\(found)")
    let snapshot = try #require(load(text + "\n" + service).snapshot)
    let policy = try #require(snapshot.routes.rules[0].authorization)
    #expect(
      snapshot.routes.rules[1].authorization === policy && snapshot.routes.rules[2].authorization == nil)
    #expect(
      policy.scope == .route && policy.name == "r" && policy.mode == .enforce && policy.slots.first == 0)
    let rule = policy.rules[0]
    #expect(rule.name == "web-reads" && rule.action == .allow)
    let conditions = rule.conditions
    #expect(
      conditions.identities.map(\.description) == [
        "spiffe://prod/ns/*/sa/web", "dns:*.example", "subject:CN=a", "*",
      ])
    #expect(conditions.methods == ["GET", "PURGE"] && conditions.paths.count == 3)
    #expect(conditions.sourceNetworks.map(\.description) == ["10.0.0.0/8", "::1/128"])
    #expect(conditions.headers.map(\.name) == ["x-team"])
    let listener = try #require(snapshot.listeners[0].authorization)
    #expect(listener.scope == .listener && listener.name == "inbound" && listener.mode == .dryRun)
    #expect(listener.slots.first == 2 && listener.rules.map(\.action) == [.deny])
    #expect(snapshot.authorizations.map(\.name) == ["r", "inbound"])
  }

  @Test(arguments: [
    (
      "", "authorization.rules: is missing: who may do what? `rules: [{name: …, action: allow, when: {…}}]`"
    ),
    ("rules: [{action: allow}]", "authorization.rules[0].name: is missing"),
    ("rules: [{name: a}]", "authorization.rules[0].action: is missing (valid: allow, deny)"),
    (
      "rules: [{name: a, action: alow}]",
      "authorization.rules[0].action: unknown value `alow` (did you mean `allow`? valid: allow, deny)"
    ),
    (
      "mode: dryrun, rules: []",
      "authorization.mode: unknown value `dryrun` (did you mean `dry-run`? valid: enforce, dry-run)"
    ),
    (
      "rules: [{name: 'a b', action: deny}]",
      "authorization.rules[0].name: `a b` is no name of a rule: 1 to 64 letters, digits, `-`, `_` and `.`"
    ),
    (
      "rules: [{name: 'a\"', action: deny}]",
      "authorization.rules[0].name: `a\"` is no name of a rule: 1 to 64 letters, digits, `-`, `_` and `.`"
    ),
    (
      "rules: [{name: a, action: deny}, {name: a, action: allow}]",
      "authorization.rules[1].name: the rule `a` is there already, on line 4"
    ),
    (
      "rules: [{name: a, action: allow, when: {identities: []}}]",
      "authorization.rules[0].when.identities: is empty, which nobody could meet: leave it out where it does not matter"
    ),
    (
      "rules: [{name: a, action: allow, when: {identities: [web]}}]",
      "authorization.rules[0].when.identities[0]: `web` is no identity (valid: spiffe://…, dns:NAME, subject:CN=…, *)"
    ),
    (
      "rules: [{name: a, action: allow, when: {identities: ['spiffe://prod/we*']}}]",
      "authorization.rules[0].when.identities[0]: `spiffe://prod/we*` has a star within a segment: `*` stands for a whole one"
    ),
    (
      "rules: [{name: a, action: allow, when: {sourceNetworks: [10.0.0.1/8]}}]",
      "authorization.rules[0].when.sourceNetworks[0]: `10.0.0.1/8` is an address within a network (did you mean `10.0.0.0/8`?)"
    ),
    (
      "rules: [{name: a, action: allow, when: {sourceNetworks: [10.0.0.0/33]}}]",
      "authorization.rules[0].when.sourceNetworks[0]: `10.0.0.0/33`: behind the slash stands a number of bits, at most 32"
    ),
    (
      "rules: [{name: a, action: allow, when: {sourceNetworks: [home]}}]",
      "authorization.rules[0].when.sourceNetworks[0]: `home` is no network (valid: 10.0.0.0/8, 2001:db8::/32, 127.0.0.1)"
    ),
    (
      "rules: [{name: a, action: allow, when: {paths: [/v2]}}]",
      "authorization.rules[0].when.paths[0]: expected a map such as {value: /v2}, found the string \"/v2\""
    ),
    (
      "rules: [{name: a, action: allow, when: {paths: [{value: v2}]}}]",
      "authorization.rules[0].when.paths[0].value: must begin with `/`"
    ),
    (
      "rules: [{name: a, action: allow, when: {identites: ['*']}}]",
      "authorization.rules[0].when: unknown field `identites` (did you mean `identities`? valid: identities, methods, paths, sourceNetworks, headers, claims)"
    ),
  ])
  func mistakesAreNamed(text: String, message: String) {
    let found = diagnostics(route(text))
    #expect(found.count == 1 && found[0].hasSuffix("routes[0].\(message)"), "\(found)")
  }

  @Test(arguments: [
    (
      "listeners: [{address: ':1', authorization: {rules: [{name: a, action: deny, when: {identities: ['*']}}]}}]",
      "listeners[0].authorization.rules[0]: the rule `a` never holds: it names identities, and no client is asked for a certificate (`tls.clientCertificates` of the listener)"
    ),
    (
      "routes: [{name: r, rules: [{backendRefs: [{name: web}]}], authorization: {rules: [{name: a, action: allow, when: {claims: [{name: sub, value: x}]}}]}}]",
      "routes[0].authorization.rules[0]: the rule `a` never holds: it names claims, and no client is asked for a token (`jwt`)"
    ),
  ])
  func rulesThatNeverHoldAreWarnedAbout(text: String, message: String) {
    let found = diagnostics(text + "\n" + service)
    #expect(found.count == 1 && found[0].hasSuffix(message), "\(found)")
  }

  @Test func certificatesAreForwardedByEnvoysNames() throws {
    func forwarding(_ text: String) -> ClientCertificateForwarding? {
      load("listeners: [{address: ':1', \(text)}]\n" + service).snapshot?.listeners[0].clientCertificate
    }
    #expect(forwarding("trustedHops: 0") == .sanitizeSet && forwarding("trustedHops: 1") == .appendForward)
    for value in ClientCertificateForwarding.allCases {
      #expect(forwarding("forwardClientCert: \(value.rawValue)") == value)
    }
    let found = diagnostics("listeners: [{address: ':1', forwardClientCert: always}]\n" + service)
    #expect(found.count == 1 && found[0].contains("forwardClientCert: unknown value `always`"), "\(found)")
  }

  @Test func methodsAreThoseOfRoutes() {
    let found = diagnostics(route("rules: [{name: a, action: allow, when: {methods: [get]}}]"))
    #expect(
      found.count == 1 && found[0].contains("methods[0]: unknown method `get` (did you mean `GET`?"),
      "\(found)")
  }
}
