internal import Configuration
internal import Mesh

enum CheckCommand {
  static let definition = CommandDefinition(
    "check", summary: "Tell whether a configuration is valid.", usage: ["FILE"], operands: 1...1,
    notes: """
      Prints every error in one pass, as file:line:column: path: what is wrong.
      With - for FILE it reads standard input.
      Exit status: 0 valid (there may be warnings), 1 not valid.
      """)

  static func run(_ arguments: ParsedArguments) -> Int32 {
    let path = arguments.operands[0]
    let loaded = ConfigurationLoader().load(path: path, states: StateStore())
    let name = path == ConfigurationLoader.standardInput ? "standard input" : path
    Terminal.writeError(ConfigurationReport.text(loaded.diagnostics))
    let count = ConfigurationReport.count(loaded.diagnostics)
    guard let snapshot = loaded.snapshot else {
      Terminal.writeError("\(name): \(count)\n")
      return 1
    }
    let parts = [
      (snapshot.listeners.count, "listener"), (snapshot.routes.rules.count, "rule"),
      (snapshot.services.count, "service"), (snapshot.endpoints.count, "endpoint"),
    ].map { ConfigurationReport.plural($0, $1) }
    Terminal.write(
      "\(name): valid: \(parts.joined(separator: ", "))" + (count.isEmpty ? "" : "; \(count)") + "\n")
    return 0
  }
}
