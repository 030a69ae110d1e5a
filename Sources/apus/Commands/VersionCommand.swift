internal import HTTP
internal import Reactor

enum VersionCommand {
  static let definition = CommandDefinition(
    "version", summary: "Print the version, and those of the libraries that security depends on.", usage: [""]
  )

  static func run() -> Int32 {
    Terminal.write("apus \(Version.text)\n\(TLSLibrary.version)\n\(HTTP2Library.version)\n")
    return 0
  }
}
