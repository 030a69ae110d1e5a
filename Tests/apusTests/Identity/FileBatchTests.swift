import Foundation
import Testing

@testable import apus

@Suite final class FileBatchTests {
  private let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
    "apus-\(UUID().uuidString)")

  deinit { try? FileManager.default.removeItem(at: folder) }

  private func batch(_ names: String..., contents: String = "new") -> FileBatch {
    var batch = FileBatch(directory: folder.path)
    batch.files = names.map {
      FileBatch.File(name: $0, contents: contents, mode: $0.hasSuffix("key") ? 0o600 : 0o644)
    }
    return batch
  }

  private func read(_ name: String) -> String? {
    try? String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)
  }

  private var names: [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).sorted()
  }

  private func mode(_ name: String) throws -> Int? {
    try FileManager.default.attributesOfItem(atPath: folder.appendingPathComponent(name).path)[
      .posixPermissions]
      as? Int
  }

  @Test func allAreThereWithTheirModes() throws {
    try batch("a.crt", "a.key").write(replacing: false)
    #expect(names == ["a.crt", "a.key"])
    #expect(try mode("a.crt") == 0o644 && mode("a.key") == 0o600)
    #expect(read("a.key") == "new")
  }

  @Test func nothingIsReplacedUnlessAsked() throws {
    try batch("b.key", contents: "old").write(replacing: false)
    let failure = FileBatch.Failure(path: folder.path, message: "b.key is there already (--force replaces)")
    #expect(throws: failure) { try batch("a.crt", "b.key", "c.crt").write(replacing: false) }
    #expect(names == ["b.key"] && read("b.key") == "old")
    try batch("a.crt", "b.key").write(replacing: true)
    #expect(names == ["a.crt", "b.key"] && read("b.key") == "new")
  }

  /// A link to nowhere is no file by access(2), and must not be written through either.
  @Test func whatCannotBePlacedTakesTheOthersBack() throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let link = folder.appendingPathComponent("b.key").path
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "nowhere")
    #expect(throws: FileBatch.Failure(path: link, message: "File exists")) {
      try batch("a.crt", "b.key").write(replacing: false)
    }
    #expect(names == ["b.key"])
  }

  @Test func aFolderThatIsNoneIsSaid() throws {
    let inside = "/dev/null/x"
    var batch = FileBatch(directory: inside)
    batch.files = [FileBatch.File(name: "a", contents: "", mode: 0o600)]
    #expect(throws: FileBatch.Failure(path: inside, message: "Not a directory")) {
      try batch.write(replacing: true)
    }
  }
}
