/// What a command is called and what it takes.
struct CommandDefinition {
  let name: String
  /// One line for the list of commands.
  let summary: String
  /// One line for each way to call it, behind `apus NAME`.
  let usage: [String]
  /// How many arguments without a dash it takes.
  let operands: ClosedRange<Int>
  let options: [OptionDefinition]
  /// What the options do not say.
  let notes: String

  init(
    _ name: String, summary: String, usage: [String], operands: ClosedRange<Int> = 0...0,
    options: [OptionDefinition] = [], notes: String = ""
  ) {
    self.name = name
    self.summary = summary
    self.usage = usage
    self.operands = operands
    self.options = options + [.help]
    self.notes = notes
  }
}
