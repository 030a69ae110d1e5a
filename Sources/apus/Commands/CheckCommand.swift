internal import Configuration
internal import Mesh

enum CheckCommand {
  static let definition = CommandDefinition(
    "check", summary: "Tell whether a configuration is valid.", usage: ["FILE [REST]"], operands: 1...2,
    notes: """
      Prints every error in one pass, as file:line:column: path: what is wrong.
      With - for FILE it reads standard input. Where FILE says by `configuration` that
      the rest of it is in etcd or Kubernetes, REST is a file with what is there.
      Nothing is asked over the network, and FILE may be meant for a pod elsewhere:
      what only its surroundings have is a warning here, and an error of `apus run`.
      Exit status: 0 valid (there may be warnings), 1 not valid.
      """)

  static func run(_ arguments: ParsedArguments) -> Int32 {
    let path = arguments.operands[0]
    guard let loaded = ConfigurationReport.load(arguments.operands) else { return 1 }
    let name = path == ConfigurationLoader.standardInput ? "standard input" : path
    Terminal.writeError(ConfigurationReport.text(loaded.diagnostics))
    let count = ConfigurationReport.count(loaded.diagnostics)
    if let place = loaded.beginning?.rest {
      Terminal.write("\(name): valid as far as it goes: the rest is at \(place)\n")
      return 0
    }
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
