import Glibc
import Testing

@testable import Reactor

struct FileContentsTests {
  private func failure(of path: String) -> String? {
    do {
      _ = try FileContents.read(path, limit: 100)
      return nil
    } catch {
      return error.message
    }
  }

  /// A pipe that nobody writes to would hold up the thread that answers the admin's pages, for good.
  @Test func onlyRegularFilesAreReadByWhoeverHasMoreToDo() {
    let pipe = "/tmp/apus-pipe-\(getpid())"
    #expect(unsafe mkfifo(pipe, 0o600) == 0)
    defer { unsafe unlink(pipe) }
    #expect(failure(of: pipe) == "is not a regular file")
    #expect(failure(of: "/dev/zero") == "is not a regular file")
    #expect(failure(of: "/tmp") == "is a directory")
    #expect(failure(of: "/nowhere/at/all") == "No such file or directory")
  }

  @Test func whoeverMayWaitReadsThemToo() throws {
    #expect(try FileContents.read("/dev/null", limit: 100, waits: true) == [])
    #expect(throws: FileContents.Failure.self) {
      _ = try FileContents.read("/dev/zero", limit: 100, waits: true)
    }
  }
}
