import Mesh
import Testing

@testable import Configuration

/// A configuration made of `/config`, which does not show secrets.
@Suite struct HiddenValuesTests {
  private static let reason =
    "`***` is what `/config` shows in the place of a secret: the value itself has to stand here"

  @Test func eachIsWarnedOf() {
    let text = """
      etcd: {endpoints: ["https://127.0.0.1:1"], user: u, password: "***"}
      routes:
      - name: all
        rules:
        - matches: [{headers: [{name: x-api-key, type: RegularExpression, value: "[*]{3}"}]}]
          filters:
          - type: RequestHeaderModifier
            requestHeaderModifier: {set: [{name: authorization, value: "***"}, {name: x, value: "**"}]}
          backendRefs: [{name: web}]

      """ + service
    let loaded = load(text)
    #expect(loaded.isValid)
    let rule = "routes[0].rules[0]"
    #expect(
      loaded.diagnostics.map(\.description) == [
        "f:1:63: warning: etcd.password: \(Self.reason)",
        "f:5:76: warning: \(rule).matches[0].headers[0].value: \(Self.reason)",
        "f:8:66: warning: \(rule).filters[0].requestHeaderModifier.set[0].value: \(Self.reason)",
      ])
  }

  @Test func oneInTheRestIsToldOfThere() {
    let rest = """
      etcd: {endpoints: ["https://127.0.0.1:1"], user: u, password: "***"}

      """ + service
    let loaded = ConfigurationLoader(environment: [:]).load(
      Array("configuration: {kubernetes: {configMap: edge}}".utf8), file: "f",
      rest: ConfigurationText(name: "rest", bytes: Array(rest.utf8)), states: .init())
    #expect(
      loaded.diagnostics.map(\.description).contains("rest:1:63: warning: etcd.password: \(Self.reason)"))
  }
}
