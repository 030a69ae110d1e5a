internal import Configuration

/// The commands, and the way from a command line to one of them.
enum Command: String, CaseIterable {
  case run, check, diff, reload, demo, identity, version

  var definition: CommandDefinition {
    switch self {
    case .run: RunCommand.definition
    case .check: CheckCommand.definition
    case .diff: DiffCommand.definition
    case .reload: ReloadCommand.definition
    case .demo: DemoCommand.definition
    case .identity: IdentityCommand.definition
    case .version: VersionCommand.definition
    }
  }

  /// Runs the program's arguments (without its name). Returns the exit status.
  static func main(_ arguments: [String]) -> Int32 {
    do throws(UsageError) {
      return try dispatch(arguments)
    } catch {
      let help = error.command.map { "apus \($0) --help" } ?? "apus --help"
      Terminal.writeError("apus: \(error.message)\nSee '\(help)'.\n")
      return 2
    }
  }

  private static func dispatch(_ arguments: [String]) throws(UsageError) -> Int32 {
    let overview = HelpText.overview(allCases.map(\.definition))
    guard let word = arguments.first else {
      Terminal.writeError(overview)
      return 2
    }
    let rest = Array(arguments.dropFirst())
    switch word {
    case "--help", "-h", "help":
      if word == "help", let topic = rest.first, !topic.hasPrefix("-"), topic != "help" {
        Terminal.write(HelpText.text(of: try named(topic).definition))
      } else {
        Terminal.write(overview)
      }
      return 0
    case "--version":
      return VersionCommand.run()
    default:
      let command = try named(word)
      let parsed = try ArgumentParser.parse(rest, for: command.definition)
      if parsed.has("help") {
        Terminal.write(HelpText.text(of: command.definition))
        return 0
      }
      return try command.run(parsed)
    }
  }

  private func run(_ arguments: ParsedArguments) throws(UsageError) -> Int32 {
    switch self {
    case .run: try RunCommand.run(arguments)
    case .check: CheckCommand.run(arguments)
    case .diff: try DiffCommand.run(arguments)
    case .reload: try ReloadCommand.run(arguments)
    case .demo: try DemoCommand.run(arguments)
    case .identity: try IdentityCommand.run(arguments)
    case .version: VersionCommand.run()
    }
  }

  private static func named(_ word: String) throws(UsageError) -> Command {
    if let command = Command(rawValue: word) { return command }
    let names = allCases.map(\.rawValue) + ["help"]
    let near = Suggestion.nearest(to: word, among: names).map { "; did you mean '\($0)'?" }
    let kind = word.hasPrefix("-") ? "option" : "command"
    throw UsageError("unknown \(kind) '\(word)'" + (near ?? "; there are \(names.joined(separator: ", "))"))
  }
}
