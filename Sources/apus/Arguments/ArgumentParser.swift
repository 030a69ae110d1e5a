internal import Configuration

/// Reads `--name value`, `--name=value`, flags, operands, and `--` before operands that begin with a dash.
///
/// Our own, because swift-argument-parser brings FoundationEssentials: 4 MB of memory in every sidecar, for five
/// commands.
enum ArgumentParser {
  static func parse(_ arguments: [String], for command: CommandDefinition) throws(UsageError)
    -> ParsedArguments
  {
    var parsed = ParsedArguments()
    var onlyOperands = false
    var rest = arguments[...]
    while let argument = rest.popFirst() {
      if onlyOperands || argument == "-" || !argument.hasPrefix("-") {
        parsed.operands.append(argument)
      } else if argument == "--" {
        onlyOperands = true
      } else {
        try parseOption(argument, &rest, &parsed, command)
      }
    }
    if parsed.has("help") { return parsed }
    if parsed.operands.count > command.operands.upperBound {
      throw UsageError(
        "unexpected argument '\(parsed.operands[command.operands.upperBound])'", command: command.name)
    }
    if parsed.operands.count < command.operands.lowerBound {
      // What is not in brackets.
      let name = command.usage[0].split(separator: " ").last { !$0.contains("[") && !$0.contains("]") } ?? ""
      throw UsageError("\(name) is missing", command: command.name)
    }
    return parsed
  }

  private static func parseOption(
    _ argument: String, _ rest: inout ArraySlice<String>, _ parsed: inout ParsedArguments,
    _ command: CommandDefinition
  ) throws(UsageError) {
    let (name, attached) = split(argument == "-h" ? "--help" : argument)
    guard let option = command.options.first(where: { "--\($0.name)" == name }) else {
      let near = Suggestion.nearest(to: name, among: command.options.map { "--\($0.name)" })
      throw UsageError(
        "unknown option '\(name)'" + (near.map { "; did you mean '\($0)'?" } ?? ""), command: command.name)
    }
    if parsed.has(option.name) && !option.isRepeatable && option.value != nil {
      throw UsageError("'\(name)' is given twice", command: command.name)
    }
    guard let placeholder = option.value else {
      if attached != nil { throw UsageError("'\(name)' takes no value", command: command.name) }
      parsed.options[option.name] = [""]
      return
    }
    // What begins with two dashes is the next option, not this one's value: `--name=--value` says otherwise.
    let next = rest.first.flatMap { $0.hasPrefix("--") ? nil : $0 }
    guard let value = attached ?? next, !value.isEmpty else {
      throw UsageError("'\(name)' needs a value: \(name) \(placeholder)", command: command.name)
    }
    if attached == nil { rest.removeFirst() }
    parsed.options[option.name, default: []].append(value)
  }

  private static func split(_ argument: String) -> (name: String, value: String?) {
    guard let equals = argument.firstIndex(of: "=") else { return (argument, nil) }
    return (String(argument[..<equals]), String(argument[argument.index(after: equals)...]))
  }
}
