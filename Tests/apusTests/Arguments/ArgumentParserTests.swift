import Testing

@testable import apus

@Suite struct ArgumentParserTests {
  private let command = CommandDefinition(
    "serve", summary: "", usage: [""], operands: 0...1,
    options: [
      OptionDefinition("config", "FILE", help: ""),
      OptionDefinition("upstream", "ADDRESS", isRepeatable: true, help: ""),
      OptionDefinition("quiet", help: ""),
    ])

  private func parse(_ words: String...) throws(UsageError) -> ParsedArguments {
    try ArgumentParser.parse(words, for: command)
  }

  @Test func takesValuesEitherWay() throws {
    #expect(try parse("--config", "a.yaml").value("config") == "a.yaml")
    #expect(try parse("--config=a=b").value("config") == "a=b")
    #expect(try parse("--config=--x").value("config") == "--x")
    #expect(try parse("--config", "-1").value("config") == "-1")
  }

  @Test func takesFlagsAndOperandsInAnyOrder() throws {
    let parsed = try parse("--quiet", "file", "--upstream", ":1", "--upstream=:2")
    #expect(parsed.has("quiet") && !parsed.has("config"))
    #expect(parsed.operands == ["file"])
    #expect(parsed.all("upstream") == [":1", ":2"])
  }

  @Test func takesEverythingBehindTwoDashes() throws {
    #expect(try parse("--", "--quiet").operands == ["--quiet"])
    #expect(try parse("-").operands == ["-"])
  }

  @Test func helpGoesBeforeWhatIsMissing() throws {
    #expect(try parse("--help", "a", "b", "c").has("help"))
    #expect(try parse("-h").has("help"))
  }

  @Test(arguments: [
    (["--confg", "x"], "unknown option '--confg'; did you mean '--config'?"),
    (["--zzzzzz"], "unknown option '--zzzzzz'"),
    (["-c"], "unknown option '-c'"),
    (["--config"], "'--config' needs a value: --config FILE"),
    (["--config="], "'--config' needs a value: --config FILE"),
    (["--config", "--quiet"], "'--config' needs a value: --config FILE"),
    (["--config", "a", "--config", "b"], "'--config' is given twice"),
    (["--quiet=yes"], "'--quiet' takes no value"),
    (["a", "b"], "unexpected argument 'b'"),
  ])
  func saysWhatIsWrong(_ words: [String], message: String) {
    #expect(throws: UsageError(message, command: "serve")) { try ArgumentParser.parse(words, for: command) }
  }

  @Test func wantsItsOperands() {
    let strict = CommandDefinition("check", summary: "", usage: ["FILE"], operands: 1...1)
    #expect(throws: UsageError("FILE is missing", command: "check")) {
      try ArgumentParser.parse([], for: strict)
    }
  }
}
