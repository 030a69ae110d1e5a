import Foundation
import TextInvariants
import Testing

/// Every input that the fuzzer starts from, or once failed with, must hold the invariants.
@Suite struct CorpusTests {
  @Test func json() throws {
    for bytes in try Self.inputs("json") { JSONInvariants.check(bytes) }
  }

  @Test func tokens() throws {
    for bytes in try Self.inputs("tokens") { TokenInvariants.check(bytes) }
  }

  private static func inputs(_ name: String) throws -> [[UInt8]] {
    let directory = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Fuzz/corpus/\(name)")
    let files = try FileManager.default.contentsOfDirectory(at: directory, includingPropertiesForKeys: nil)
    #expect(files.count > 10)
    return try files.map { [UInt8](try Data(contentsOf: $0)) }
  }
}
