/// One `--option` of a command.
struct OptionDefinition {
  /// Without the dashes.
  let name: String
  /// What stands for the value in the help; nil: a flag without one.
  let value: String?
  let isRepeatable: Bool
  let help: String

  init(_ name: String, _ value: String? = nil, isRepeatable: Bool = false, help: String) {
    self.name = name
    self.value = value
    self.isRepeatable = isRepeatable
    self.help = help
  }

  static let help = OptionDefinition("help", help: "Show this help.")
}
