import Foundation
import HTTP
import HTTPInvariants
import Testing

/// Every input that the fuzzer starts from, or once failed with, must hold the invariants.
@Suite struct CorpusTests {
  @Test(arguments: [("requests", HTTP1Decoder.Role.server), ("responses", .client)])
  func corpus(name: String, role: HTTP1Decoder.Role) throws {
    for bytes in try Self.inputs(name) { Invariants.check(bytes, role: role) }
  }

  @Test(arguments: [("http2-server", HTTP2Session.Role.server), ("http2-client", .client)])
  func http2(name: String, role: HTTP2Session.Role) throws {
    for bytes in try Self.inputs(name) { HTTP2Invariants.check(bytes, role: role) }
  }

  @Test func grpcWeb() throws {
    for bytes in try Self.inputs("grpc-web") { GRPCWebInvariants.check(bytes) }
  }

  private static func inputs(_ name: String) throws -> [[UInt8]] {
    let directory = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Fuzz/corpus/\(name)")
    let files = try FileManager.default.contentsOfDirectory(at: directory, includingPropertiesForKeys: nil)
    #expect(files.count > 10)
    return try files.map { [UInt8](try Data(contentsOf: $0)) }
  }

  @Test func nothingAndTooMuch() {
    Invariants.check([], role: .server)
    Invariants.check([], role: .client)
    Invariants.check([UInt8](repeating: 0x41, count: 20_000), role: .server)
    Invariants.check([UInt8](repeating: 0x0d, count: 300), role: .server)
  }
}
