/// A command line that makes no sense. Ends the program with status 2, as is the custom.
struct UsageError: Error, Equatable {
  let message: String
  /// The command whose help would help; nil: the list of commands.
  let command: String?

  init(_ message: String, command: String? = nil) {
    self.message = message
    self.command = command
  }
}
