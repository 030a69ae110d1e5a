import Foundation

/// The program itself, as a process of its own.
final class Program {
  let process = Process()
  private let output = Pipe()
  private let errors = Pipe()
  private var buffered = ""

  /// Beside the test program.
  static let path: String = {
    let here = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
    let beside = here.appendingPathComponent("apus").path
    if FileManager.default.isExecutableFile(atPath: beside) { return beside }
    return root.appendingPathComponent(".build/debug/apus").path
  }()

  static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  init(_ arguments: [String], environment: [String: String] = [:]) throws {
    process.executableURL = URL(fileURLWithPath: Self.path)
    process.arguments = arguments
    process.currentDirectoryURL = Self.root
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    process.standardOutput = output
    process.standardError = errors
    process.standardInput = FileHandle.nullDevice
    try process.run()
  }

  deinit { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }

  func signal(_ number: Int32) { kill(process.processIdentifier, number) }

  /// Reads standard error up to a line that holds `text`, and returns that line; nil where it ends before.
  func line(containing text: String) -> String? {
    while true {
      while let end = buffered.firstIndex(of: "\n") {
        let line = String(buffered[..<end])
        buffered.removeSubrange(...end)
        if line.contains(text) { return line }
      }
      let more = errors.fileHandleForReading.availableData
      if more.isEmpty { return nil }
      buffered += String(decoding: more, as: UTF8.self)
    }
  }

  /// The word behind `key=` in the log line that begins with `message`.
  func value(of key: String, in message: String) -> String? {
    guard let line = line(containing: message), let start = line.range(of: " \(key)=") else { return nil }
    return String(line[start.upperBound...].prefix { $0 != " " })
  }

  /// Waits for the end. Returns the exit status and both outputs.
  func end() -> (status: Int32, output: String, errors: String) {
    let out = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    let rest = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    let status = process.terminationStatus
    return (process.terminationReason == .uncaughtSignal ? -status : status, out, buffered + rest)
  }

  /// Runs to the end.
  static func run(
    _ arguments: String..., environment: [String: String] = [:]
  ) throws -> (status: Int32, output: String, errors: String) {
    try Program(arguments, environment: environment).end()
  }
}
