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

  /// Our own binary, as built beside these tests.
  static var apus: String {
    let bundle = CommandLine.arguments.first { $0.contains(".xctest") }
    if let bundle, let end = bundle.range(of: "/apusPackageTests.xctest") {
      return bundle[..<end.lowerBound] + "/apus"
    }
    return URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(
      "../../../.build/debug/apus"
    ).path
  }

  /// Starts it at once.
  init(_ path: String, _ arguments: [String], in directory: Scratch = Scratch()) throws {
    self.directory = directory
    output = directory.file("stdout-\(UUID().uuidString)")
    errors = directory.file("stderr-\(UUID().uuidString)")
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = arguments
    process.currentDirectoryURL = directory.url
    process.standardInput = FileHandle.nullDevice
    for (file, set) in [(output, \Process.standardOutput), (errors, \Process.standardError)] {
      _ = FileManager.default.createFile(atPath: file.path, contents: nil)
      process[keyPath: set] = try FileHandle(forWritingTo: file)
    }
    try process.run()
  }

  /// Runs an installed program to its end.
  static func run(_ name: String, _ arguments: [String], in directory: Scratch = Scratch()) throws -> Ended {
    guard let path = find(name) else { throw Missing(name: name) }
    return try Program(path, arguments, in: directory).wait()
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
    return Ended(status: process.terminationStatus, output: text, errors: errorText)
  }

  /// Processor time used so far, in clock ticks of 10 ms.
  var ticks: Int {
    let stat = (try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8)) ?? ""
    let fields = stat.drop { $0 != ")" }.split(separator: " ")
    return fields.count > 13 ? (Int(fields[12]) ?? 0) + (Int(fields[13]) ?? 0) : 0
  }

  deinit {
    if process.isRunning {
      signal(SIGKILL)
      process.waitUntilExit()
    }
  }
}

/// A directory for one test, removed at the end.
final class Scratch {
  let url = FileManager.default.temporaryDirectory.appendingPathComponent("apus-\(UUID().uuidString)")

  init() { try? FileManager.default.createDirectory(at: url, withIntermediateDirectories: true) }

  func path(_ name: String) -> String { file(name).path }
  func file(_ name: String) -> URL { url.appendingPathComponent(name) }

  func write(_ text: String, to name: String) throws {
    try text.write(to: file(name), atomically: true, encoding: .utf8)
  }
  func write(_ bytes: [UInt8], to name: String) throws { try Data(bytes).write(to: file(name)) }
  func read(_ name: String) -> [UInt8] { (try? Data(contentsOf: file(name))).map { Array($0) } ?? [] }

  deinit { try? FileManager.default.removeItem(at: url) }
}
