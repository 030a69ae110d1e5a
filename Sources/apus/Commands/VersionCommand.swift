enum VersionCommand {
  static let definition = CommandDefinition("version", summary: "Print the version.", usage: [""])

  static func run() -> Int32 {
    Terminal.write("apus \(Version.text)\n")
    return 0
  }
}
