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
        == [unset("A", "2:9"), unset("B", "3:15"), unset("C", "4:19"), unset("D", "5:33")])
  }

  @Test func nothingIsSaidOfReferencesToANameThatCouldNotBeRead() {
    let route = "routes: [{name: r, rules: [{backendRefs: [{name: api}]}]}]\n"
    let endpoints = "endpoints: ['1.2.3.4:80']"
    #expect(diagnostics(route + "services: [{name: '${A}', \(endpoints)}]") == [unset("A", "2:19")])
    #expect(
      diagnostics(route + "services: [{nmae: api, \(endpoints)}]").map { String($0.prefix(50)) } == [
        "f:2:12: services[0].name: is missing", "f:2:13: services[0]: unknown field `nmae` (did you",
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
