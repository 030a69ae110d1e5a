import Testing

@testable import Configuration

/// One mistake, one message: what follows from it is not said besides.
@Suite struct ConsequenceTests {
  private func unset(_ name: String, _ place: String) -> String {
    "f:\(place): the environment variable \(name) is not set (`${\(name):-default}` gives it a default)"
  }

  @Test func anUnsetVariableIsOneError() {
    #expect(
      diagnostics(
        "services:\n- name: ${A}\n  endpoints: ['${B}:80']\n  connectTimeout: ${C}\n"
          + "  circuitBreaker: {maxRequests: '${D}'}\n")
        == [
          unset("A", "2:9: services[0].name"), unset("B", "3:15: services[0].endpoints[0]"),
          unset("C", "4:19: services[0].connectTimeout"),
          unset("D", "5:33: services[0].circuitBreaker.maxRequests"),
        ])
  }

  @Test func nothingIsSaidOfReferencesToANameThatCouldNotBeRead() {
    let route = "routes: [{name: r, rules: [{backendRefs: [{name: api}]}]}]\n"
    let endpoints = "endpoints: ['1.2.3.4:80']"
    #expect(
      diagnostics(route + "services: [{name: '${A}', \(endpoints)}]") == [
        unset("A", "2:19: services[0].name")
      ])
    #expect(
      diagnostics(route + "services: [{nmae: api, \(endpoints)}]").map { String($0.prefix(50)) } == [
        "f:2:13: services[0]: unknown field `nmae` (did you"
      ])
  }

  /// A key that has to be there, and is there misspelt; beside another mistake it is missing all the same.
  @Test func aMisspeltKeyIsNotMissingBesides() {
    func found(_ listener: String) -> [String] {
      diagnostics("listeners: [{\(listener)}]\n" + service).map { String($0.prefix { $0 != "(" }) }
    }
    #expect(found("adress: ':1'") == ["f:1:14: listeners[0]: unknown field `adress` "])
    #expect(
      found("colour: red") == [
        "f:1:13: listeners[0].address: is missing", "f:1:14: listeners[0]: unknown field `colour` ",
      ])
    #expect(
      diagnostics("routes: [{name: a, rules: [{backendRef: [{name: web}]}]}]\n" + service).map {
        String($0.prefix { $0 != "(" })
      } == ["f:1:29: routes[0].rules[0]: unknown field `backendRef` "])
  }

  @Test func theLongestBackoffIsNotJudgedByABaseThatWasRefused() {
    let found = diagnostics(
      "routes: [{name: a, rules: [{retry: {backoff: {base: 2ns, max: 1ms}}, backendRefs: [{name: web}]}]}]\n"
        + service)
    #expect(found.count == 1 && found[0].contains("backoff.base: expected a duration"), "\(found)")
  }

  @Test func adminIsTurnedOffByItsAddress() {
    #expect(
      diagnostics("admin: off\n" + service) == [
        "f:1:8: admin: expected a map such as {address: off}, found the string \"off\""
      ])
  }

  @Test func whatNobodyUsesIsNotSaidBesideAnError() {
    let found = diagnostics("routes: [{name: r, rules: [{backendRefs: [web]}]}]\n" + service)
    #expect(
      found == [
        "f:1:43: routes[0].rules[0].backendRefs[0]: expected a map such as {name: web}, found the string \"web\""
      ])
  }

  @Test func validFieldsAreListedOnceForEachMap() {
    let found = diagnostics("kind: a\nspec: b\n" + service)
    #expect(found.count == 2 && found[0].contains("valid: ") && found[1] == "f:2:1: unknown field `spec`")
  }
}
