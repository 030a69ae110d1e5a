/// What `--help` prints.
enum HelpText {
  /// The list of commands.
  static func overview(_ commands: [CommandDefinition]) -> String {
    let names = commands.map { ($0.name, $0.summary) } + [("help [COMMAND]", "Show help.")]
    return """
      apus \(Version.text): a service mesh proxy

      Usage: apus COMMAND [OPTIONS]

      Commands:
      \(columns(names))

      'apus COMMAND --help' tells more.

      """
  }

  static func text(of command: CommandDefinition) -> String {
    var lines = [command.summary, ""]
    for (index, usage) in command.usage.enumerated() {
      let text = "apus \(command.name)" + (usage.isEmpty ? "" : " \(usage)")
      lines.append((index == 0 ? "Usage: " : "       ") + text)
    }
    let options = command.options.map { option in
      ("--\(option.name)" + (option.value.map { " \($0)" } ?? ""), option.help)
    }
    lines += ["", "Options:", columns(options)]
    if !command.notes.isEmpty { lines += ["", command.notes] }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func columns(_ rows: [(String, String)]) -> String {
    let width = rows.map(\.0.count).max() ?? 0
    return rows.map { name, help in
      let indent = String(repeating: " ", count: width + 4)
      let text = help.split(separator: "\n").joined(separator: "\n" + indent)
      return "  " + name + String(repeating: " ", count: width - name.count + 2) + text
    }.joined(separator: "\n")
  }
}
