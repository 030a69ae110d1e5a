import Glibc
import Testing

@testable import apus

@Suite struct TakeoverPathTests {
  @Test(
    arguments: [
      (0, "/run/user/0", ["/run/apus", "/tmp/apus-0"]), (0, nil, ["/run/apus", "/tmp/apus-0"]),
      (1000, "/run/user/1000", ["/run/user/1000/apus", "/tmp/apus-1000"]), (1000, nil, ["/tmp/apus-1000"]),
      (1000, "here", ["/tmp/apus-1000"]), (1000, "", ["/tmp/apus-1000"]),
    ] as [(uid_t, String?, [String])])
  func itIsTheUsersOwn(_ user: uid_t, _ runtime: String?, _ expected: [String]) {
    #expect(TakeoverPath.directories(user: user, runtime: runtime) == expected)
  }

  @Test func eachConfigurationHasItsOwn() {
    let name = TakeoverPath.name(for: "file:/etc/apus/apus.yaml")
    #expect(name == TakeoverPath.name(for: "file:/etc/apus/apus.yaml"))
    #expect(name != TakeoverPath.name(for: "file:/etc/apus/other.yaml"))
    #expect(name.count == "takeover-0123456789abcdef.sock".count)
    #expect(TakeoverPath.name(for: "").count == name.count)
  }

  @Test func aFileIsKnownByItsWholePath() {
    #expect(TakeoverPath.identity(file: "/etc/apus.yaml") == "file:/etc/apus.yaml")
    #expect(TakeoverPath.identity(file: "apus.yaml").hasPrefix("file:/"))
    #expect(TakeoverPath.identity(file: "apus.yaml").hasSuffix("/apus.yaml"))
  }

  @Test func aDirectoryThatOthersMayWriteToIsNotTrusted() {
    let path = "/tmp/apus-test-\(getpid())-\(UInt32.random(in: .min ... .max))"
    defer { unsafe rmdir(path) }
    #expect(TakeoverPath.isOurs(path), "it is made")
    #expect(TakeoverPath.isOurs(path))
    unsafe chmod(path, 0o777)
    #expect(!TakeoverPath.isOurs(path))
    unsafe chmod(path, 0o755)
    #expect(TakeoverPath.isOurs(path))
    #expect(!TakeoverPath.isOurs(path + "/none/below"))
    let link = path + "-link"
    defer { unsafe unlink(link) }
    unsafe symlink(path, link)
    #expect(!TakeoverPath.isOurs(link))
  }
}
