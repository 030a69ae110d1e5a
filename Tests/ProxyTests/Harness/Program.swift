import Foundation
import Primitives
import Reactor

/// A program of the system or our own binary, run in a directory of its own and ended by its process id.
final class Program {
  private let process = Process()
  /// Where it runs; removed at the end.
  let directory: Scratch
  private let output: URL
  private let errors: URL

  struct Ended {
    /// The exit status; a signal that ended the program as a negative number.
    let status: Int32
    let output: String
    let errors: String
  }

  struct Missing: Error { let name: String }

  /// The path of an installed program; nil where it is missing.
  static func find(_ name: String) -> String? {
    ["/usr/bin", "/usr/sbin", "/bin", "/usr/local/bin"].map { "\($0)/\(name)" }
      .first { FileManager.default.isExecutableFile(atPath: $0) }
  }

  static func isInstalled(_ name: String) -> Bool { find(name) != nil }

  /// Starts it at once.
  /// - Parameters:
  ///   - directory: where its output goes, and where it runs unless `folder` says otherwise.
  ///   - environment: besides that of the tests.
  init(
    _ path: String, _ arguments: [String], in directory: Scratch = Scratch(), at folder: URL? = nil,
    environment: [String: String] = [:], input: String = ""
  ) throws {
    self.directory = directory
    output = directory.file("stdout-\(UUID().uuidString)")
    errors = directory.file("stderr-\(UUID().uuidString)")
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = arguments
    process.currentDirectoryURL = folder ?? directory.url
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    process.standardInput = FileHandle.nullDevice
    if !input.isEmpty {
      try directory.write(input, to: "stdin")
      process.standardInput = try FileHandle(forReadingFrom: directory.file("stdin"))
    }
    for (file, set) in [(output, \Process.standardOutput), (errors, \Process.standardError)] {
      _ = FileManager.default.createFile(atPath: file.path, contents: nil)
      process[keyPath: set] = try FileHandle(forWritingTo: file)
    }
    try process.run()
  }

  /// Runs an installed program to its end.
  static func run(
    _ name: String, _ arguments: [String], in directory: Scratch = Scratch(), input: String = ""
  ) throws -> Ended {
    guard let path = find(name) else { throw Missing(name: name) }
    return try Program(path, arguments, in: directory, input: input).wait()
  }

  var pid: Int32 { process.processIdentifier }
  var isRunning: Bool { process.isRunning }
  var errorText: String { (try? String(contentsOf: errors, encoding: .utf8)) ?? "" }

  func signal(_ number: Int32) { kill(pid, number) }

  /// Waits for the end; kills it after a minute.
  func wait() -> Ended {
    if !eventually(within: 60, { !process.isRunning }) { signal(SIGKILL) }
    process.waitUntilExit()
    let text = (try? String(contentsOf: output, encoding: .utf8)) ?? ""
    let isSignal = process.terminationReason == .uncaughtSignal
    let status = process.terminationStatus
    return Ended(status: isSignal ? -status : status, output: text, errors: errorText)
  }

  /// Whether all of its threads wait for something at this moment.
  var isAsleep: Bool {
    let tasks = "/proc/\(pid)/task"
    let threads = (try? FileManager.default.contentsOfDirectory(atPath: tasks)) ?? []
    return !threads.isEmpty
      && threads.allSatisfy { thread in
        let stat = (try? String(contentsOfFile: "\(tasks)/\(thread)/stat", encoding: .utf8)) ?? ""
        return stat.split(separator: ") ").last?.first == "S"
      }
  }

  deinit {
    if process.isRunning {
      signal(SIGKILL)
      process.waitUntilExit()
    }
  }
}
