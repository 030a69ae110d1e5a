import Foundation
import Testing

@testable import Identity

@Suite struct KeyFileExposureTests {
  @Test(arguments: [
    (0o600 as UInt32, KeyFileExposure.ownerOnly), (0o400, .ownerOnly), (0o700, .ownerOnly),
    (0o640, .groupMayRead), (0o440, .groupMayRead), (0o644, .everybodyMayRead), (0o604, .everybodyMayRead),
    (0o660, .othersMayWrite),
    (0o602, .othersMayWrite), (0o666, .othersMayWrite),
  ])
  func modesAreJudged(mode: UInt32, expected: KeyFileExposure) {
    #expect(KeyFileExposure(mode: mode) == expected)
  }

  @Test func linksAreFollowed() throws {
    let files = FileManager.default
    let folder = files.temporaryDirectory.appendingPathComponent("apus-\(UUID().uuidString)")
    try files.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? files.removeItem(at: folder) }
    let key = folder.appendingPathComponent("key").path
    _ = files.createFile(atPath: key, contents: Data(), attributes: [.posixPermissions: 0o600])
    try files.createSymbolicLink(atPath: folder.appendingPathComponent("link").path, withDestinationPath: key)
    #expect(KeyFileExposure(path: folder.appendingPathComponent("link").path) == .ownerOnly)
    #expect(KeyFileExposure(path: folder.path) == nil)
    #expect(KeyFileExposure(path: key + "x") == nil)
  }
}
