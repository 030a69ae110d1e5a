/// What a command line says to one command.
struct ParsedArguments: Equatable {
  var operands: [String] = []
  /// By option; a flag's value is empty.
  var options: [String: [String]] = [:]

  func has(_ option: String) -> Bool { options[option] != nil }
  func all(_ option: String) -> [String] { options[option] ?? [] }
  func value(_ option: String) -> String? { options[option]?.last }
}
