import Mesh
import Policy
import Primitives
import Testing

@testable import Configuration

/// A file that holds the beginning of a configuration, and what it names.
@Suite struct ConfigurationPartsTests {
  private let beginning = """
    etcd: {endpoints: ["http://127.0.0.1:2379"]}
    configuration: {etcd: {key: /apus/edge.yaml}}
    drain: 7s
    """
  private let key = DocumentReference.etcd(key: "/apus/edge.yaml")

  private func load(_ file: String, _ rest: ConfigurationText? = nil) -> LoadedConfiguration {
    ConfigurationLoader(environment: ["PORT": "9000"])
      .load(Array(file.utf8), file: "edge.yaml", rest: rest, states: StateStore())
  }

  private func text(_ text: String, of reference: DocumentReference? = nil) -> ConfigurationText {
    if let reference { return ConfigurationText(reference, Array(text.utf8)) }
    return ConfigurationText(name: "rest.yaml", bytes: Array(text.utf8))
  }

  private func faults(_ file: String, _ rest: String) -> [String] {
    load(file, text(rest)).diagnostics.map(\.description)
  }

  @Test func theBeginningAlone() {
    let loaded = load(beginning)
    #expect(!loaded.isValid && loaded.diagnostics.isEmpty)
    #expect(loaded.beginning?.rest == key && loaded.beginning?.etcd?.members.count == 1)
  }

  @Test func bothAreOneDocument() {
    let loaded = load(beginning, text("services: [{name: web, endpoints: [\"127.0.0.1:${PORT}\"]}]", of: key))
    #expect(loaded.diagnostics.isEmpty && loaded.beginning == nil)
    #expect(loaded.snapshot?.services.map(\.name) == ["web"])
    #expect(loaded.snapshot?.settings.timeouts.drain.seconds == 7)
    #expect(loaded.snapshot?.endpoints.first?.text == "127.0.0.1:9000")
  }

  @Test func whatIsFromElsewhereIsNotTaken() {
    let other = text("services: [{name: web, endpoints: [\"127.0.0.1:1\"]}]", of: .etcd(key: "/other"))
    #expect(load(beginning, other).beginning?.rest == key)
  }

  @Test func aFileThatIsAllDoesNotAsk() {
    let whole = "services: [{name: web, endpoints: [\"127.0.0.1:1\"]}]"
    #expect(load(whole, text("services: [")).isValid)
  }

  /// Each mistake is told where it stands.
  @Test(arguments: [
    ("services: [{name: web, endpints: []}]", "rest.yaml:1:24: services[0]: unknown field `endpints`"),
    ("drain: 3s\nservices: []", "rest.yaml:1:1: drain: the file has `drain` already, on line 3"),
    (
      "configuration: {etcd: {key: x}}\nservices: []",
      "rest.yaml:1:1: configuration: the file has `configuration` already"
    ),
    ("services: [", "rest.yaml:"),
    ("", "rest.yaml:1:1: the text is empty"),
    ("[]", "rest.yaml:1:1: expected a map"),
    ("\u{7}", "rest.yaml:1:1: a control character"),
  ])
  func mistakesOfTheRest(_ rest: String, _ told: String) {
    let found = faults(beginning, rest)
    #expect(found.contains { $0.hasPrefix(told) }, "\(found)")
    #expect(!load(beginning, text(rest)).isValid)
  }

  @Test func mistakesOfBothAreToldInOnePass() {
    let found = faults(beginning + "\nworkrs: 2", "services: [{name: web, endpints: []}]")
    #expect(found.count == 2, "\(found)")
    #expect(found.first?.hasPrefix("edge.yaml:4:1: unknown field `workrs`") == true)
    #expect(found.last?.hasPrefix("rest.yaml:1:") == true)
  }

  @Test(arguments: [
    ("configuration: {}", "configuration: says nothing"),
    ("configuration: {etcd: {}}", "configuration.etcd.key: is missing"),
    ("configuration: {etcd: /apus}", "configuration.etcd: expected a map such as {key: /apus}"),
    ("configuration: {etcd: {key: /apus}}", "configuration: is in etcd, and no `etcd"),
    ("configuration: {kubernetes: {configMap: A_B}}", "configMap: `A_B` is no name of a ConfigMap"),
    ("configuration: {kubernetes: {configMap: a, key: a/b}}", "key: `a/b` is no key of a ConfigMap"),
    ("configuration: {kubernetes: {configMap: a, namespace: -a}}", "namespace: `-a`"),
    ("configuration: {etcd: {key: a}, kubernetes: {configMap: a}}", "there is `etcd` already"),
    ("configuration: {kubernetes: {configMap: a}}", "KUBERNETES_SERVICE_HOST"),
    ("configuration: {file: a}", "unknown field `file`"),
  ])
  func mistakesOfTheReference(_ file: String, _ told: String) {
    let loaded = load(file)
    #expect(loaded.beginning == nil && !loaded.isValid)
    #expect(
      loaded.diagnostics.contains { $0.description.contains(told) },
      "\(loaded.diagnostics.map(\.description))")
  }

  /// As `/config` has it: where the rest came from is told, and nobody fetches it again.
  @Test(arguments: [
    "{etcd: {key: /apus/edge.yaml}, included: true}", "{kubernetes: {configMap: a}, included: True}",
  ])
  func whatIsIncludedIsWhole(_ place: String) {
    let loaded = load("configuration: \(place)\nservices: [{name: web, endpoints: [\"127.0.0.1:1\"]}]")
    #expect(loaded.isValid && loaded.beginning == nil && loaded.snapshot?.settings.rest == nil)
    let words = "warning: configuration.included: the rest is here already, as `/config` has it"
    #expect(loaded.diagnostics.count == 1 && loaded.diagnostics.first?.description.contains(words) == true)
  }

  @Test func nothingIsNoReference() {
    #expect(load("configuration:\nservices: [{name: web, endpoints: [\"127.0.0.1:1\"]}]").isValid)
  }
}
