import Testing

@testable import apus

@Suite struct HelpTextTests {
  @Test func overviewNamesEveryCommand() {
    let text = HelpText.overview(Command.allCases.map(\.definition))
    for command in Command.allCases { #expect(text.contains("  \(command.rawValue) ")) }
  }

  @Test(arguments: Command.allCases)
  func everyCommandTellsItsOptions(_ command: Command) {
    let definition = command.definition
    #expect(definition.name == command.rawValue)
    let text = HelpText.text(of: definition)
    #expect(text.contains("Usage: apus \(command.rawValue)"))
    for option in definition.options { #expect(text.contains("  --\(option.name)")) }
    // A terminal's width.
    #expect(text.split(separator: "\n").allSatisfy { $0.count <= 80 })
  }
}
