import Foundation

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
