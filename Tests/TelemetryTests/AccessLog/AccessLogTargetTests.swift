import Foundation
import HTTP
import Primitives
import Telemetry
import Testing

/// What the log is written to: files on full disks, FIFOs, and what is no target.
@Suite struct AccessLogTargetTests {
  private final class Folder {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("apus-\(UUID().uuidString)")

    init() throws { try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true) }
    deinit { try? FileManager.default.removeItem(at: folder) }

    func path(_ name: String) -> String { folder.appendingPathComponent(name).path }
  }

  private let start = MonotonicTime(nanoseconds: 0)

  private func add(_ sink: AccessLogSink, _ name: String) {
    let head = request(target: Array(name.utf8), authority: [], [])
    sink.append(entry(head), request: head, response: MessageHead(), layout: layout, now: start)
  }

  private func sink(_ writer: AccessLogWriter) throws -> AccessLogSink {
    AccessLogSink(writer, worker: 0, format: try AccessLogFormat("%REQ(:PATH)%"))
  }

  @Test func aDirectoryIsNone() throws {
    let folder = try Folder()
    #expect(AccessLogTarget.fault(of: folder.path("")) == "is a directory")
    #expect(AccessLogTarget.fault(of: folder.path("new")) == nil)
    #expect(AccessLogTarget.fault(of: "/dev/null") == nil)
    #expect(throws: AccessLogWriter.Failure.unsuitable(path: folder.path(""), reason: "is a directory")) {
      _ = try AccessLogWriter(path: folder.path(""), workers: 1)
    }
  }

  /// Neither an error nor a wait: its reader may start later. What nobody could read is counted.
  @Test func aFIFOMayGetItsReaderLater() throws {
    let folder = try Folder()
    let path = folder.path("fifo")
    #expect(unsafe mkfifo(path, 0o600) == 0)
    #expect(AccessLogTarget.fault(of: path) == nil)
    let writer = try AccessLogWriter(path: path, workers: 1)
    let sink = try sink(writer)
    add(sink, "/lost")
    #expect(sink.flush())
    while writer.failedWrites == 0 { sched_yield() }
    let reader = unsafe open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    add(sink, "/read")
    sink.finish()
    #expect(writer.stop(within: .seconds(30)))
    let output = FileHandle(fileDescriptor: reader, closeOnDealloc: true)
    #expect(String(decoding: output.availableData, as: UTF8.self) == "/read\n")
    #expect(writer.outages == 1 && sink.takeLost() == 1)
  }

  @Test func aFIFOWithAReaderGetsWholeLines() throws {
    let folder = try Folder()
    let path = folder.path("fifo")
    #expect(unsafe mkfifo(path, 0o600) == 0)
    let reader = unsafe open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    let writer = try AccessLogWriter(path: path, workers: 1)
    let sink = try sink(writer)
    // More than a FIFO holds.
    let name = "/" + String(repeating: "x", count: 998)
    for _ in 0..<200 { add(sink, name) }
    sink.finish()
    #expect(!writer.stop(within: .milliseconds(1)))
    _ = fcntl(reader, F_SETFL, 0)
    let output = FileHandle(fileDescriptor: reader, closeOnDealloc: true)
    var read = Data()
    while read.count < 200_000 { read += output.availableData }
    #expect(String(decoding: read, as: UTF8.self) == String(repeating: name + "\n", count: 200))
    #expect(writer.failedWrites == 0)
  }

  /// A file system that takes half a line, then nothing, then all again: one line is lost.
  @Test func whatFollowsABrokenLineStandsByItself() throws {
    let folder = try Folder()
    let path = folder.path("log")
    // A limit so high that it concerns this file alone.
    let size = 1 << 40
    let file = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    #expect(ftruncate(file, size) == 0)
    _ = signal(SIGXFSZ, SIG_IGN)
    var former = rlimit()
    unsafe _ = getrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &former)
    var limit = rlimit(rlim_cur: UInt(size + 10), rlim_max: former.rlim_max)
    unsafe _ = setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
    defer { unsafe _ = setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &former) }
    let writer = try AccessLogWriter(path: path, workers: 1)
    let sink = try sink(writer)
    for name in ["/first", "/second"] { add(sink, name) }
    #expect(sink.flush())
    while writer.failedWrites == 0 { sched_yield() }
    unsafe _ = setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &former)
    for name in ["/third", "/fourth"] { add(sink, name) }
    sink.finish()
    #expect(writer.stop(within: .seconds(30)))
    var bytes = [UInt8](repeating: 0, count: 100)
    let count = unsafe pread(file, &bytes, bytes.count, size)
    #expect(String(decoding: bytes.prefix(count), as: UTF8.self) == "/first\n/se\n/third\n/fourth\n")
    #expect(sink.takeLost() == 1)
    close(file)
  }
}
