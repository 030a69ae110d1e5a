import Foundation

/// Our own binary.
extension Program {
  /// As built beside these tests.
  static var apus: String {
    let bundle = CommandLine.arguments.first { $0.contains(".xctest") }
    if let bundle, let end = bundle.range(of: "/apusPackageTests.xctest") {
      return bundle[..<end.lowerBound] + "/apus"
    }
    return root.appendingPathComponent(".build/debug/apus").path
  }

  /// The folder of the package.
  static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  /// Starts it in the package's folder.
  convenience init(apus words: [String], environment: [String: String] = [:]) throws {
    try self.init(Self.apus, words, at: Self.root, environment: environment)
  }

  /// Runs it to its end.
  static func runApus(_ words: String..., environment: [String: String] = [:]) throws -> Ended {
    try Program(apus: words, environment: environment).wait()
  }

  /// Waits for a line on standard error that holds `text`; nil where the program ends without one.
  func line(containing text: String) -> String? {
    var found: Substring?
    _ = eventually(within: 20) {
      let hasEnded = !isRunning
      // What stands behind the last line's end is still being written.
      let lines = errorText.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
      found = lines.first { $0.contains(text) }
      return found != nil || hasEnded
    }
    return found.map(String.init)
  }

  /// The port at the end of `address=` in the log line that holds `message`.
  func port(in message: String) -> UInt16? {
    guard let line = line(containing: message), let start = line.range(of: " address=") else { return nil }
    let address = line[start.upperBound...].prefix { $0 != " " }
    return address.split(separator: ":").last.flatMap { UInt16($0) }
  }
}
