import Foundation
import HTTP
import HTTPInvariants
import Testing

/// Every input that the fuzzer starts from, or once failed with, must hold the invariants.
@Suite struct CorpusTests {
  @Test(arguments: [("requests", HTTP1Decoder.Role.server), ("responses", .client)])
  func corpus(name: String, role: HTTP1Decoder.Role) throws {
    let directory = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Fuzz/corpus/\(name)")
    let files = try FileManager.default.contentsOfDirectory(at: directory, includingPropertiesForKeys: nil)
    #expect(files.count > 10)
    for file in files { Invariants.check([UInt8](try Data(contentsOf: file)), role: role) }
  }

  @Test func nothingAndTooMuch() {
    Invariants.check([], role: .server)
    Invariants.check([], role: .client)
    Invariants.check([UInt8](repeating: 0x41, count: 20_000), role: .server)
    Invariants.check([UInt8](repeating: 0x0d, count: 300), role: .server)
  }
}
