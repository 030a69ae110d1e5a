import Configuration
import Mesh
import Testing

@testable import apus

@Suite struct ConfigurationReportTests {
  private func report(mistakes: Int) -> String {
    let rest = String(repeating: "- x\n", count: mistakes)
    let loaded = ConfigurationLoader(environment: [:]).load(
      Array("\nservices:\n\(rest)".utf8), file: "f", states: StateStore())
    #expect(loaded.diagnostics.count == mistakes)
    return ConfigurationReport.text(loaded.diagnostics)
  }

  @Test func everythingIsSaidWhereSomebodyReadsIt() {
    let lines = report(mistakes: 100).split(separator: "\n")
    #expect(lines.count == 100 && lines.last?.hasPrefix("f:102:3: services[99]: ") == true)
  }

  @Test func ofVeryManyTheFirstAreSaid() {
    let lines = report(mistakes: 1_234).split(separator: "\n")
    #expect(lines.count == 101)
    #expect(lines[99].hasPrefix("f:102:3: services[99]: "))
    #expect(lines.last == "… and 1134 more")
  }
}
