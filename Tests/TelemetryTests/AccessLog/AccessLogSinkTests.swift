import Foundation
import HTTP
import Primitives
import Telemetry
import Testing

struct AccessLogSinkTests {
  private let start = MonotonicTime(nanoseconds: 0)

  private func add(_ sink: AccessLogSink, _ name: String, now: MonotonicTime) -> Bool {
    let head = request(target: Array(name.utf8), authority: [], [])
    let response = MessageHead()
    return sink.append(entry(head), request: head, response: response, layout: layout, now: now)
  }

  @Test func everyLineOfEveryWorkerArrivesInOrder() async throws {
    let pipe = Pipe()
    let writer = try AccessLogWriter(descriptor: pipe.fileHandleForWriting.fileDescriptor, workers: 2)
    let output = pipe.fileHandleForReading
    async let read = Task.detached { output.readDataToEndOfFile() }.value
    let workers = (0..<2).map { worker in
      Thread {
        guard let format = try? AccessLogFormat("%REQ(:PATH)%") else { return }
        let sink = AccessLogSink(writer, worker: worker, format: format, limit: 64 << 20)
        var now = MonotonicTime(nanoseconds: 0)
        for number in 0..<20_000 {
          _ = self.add(sink, "\(worker)/\(number)", now: now)
          now = now + .milliseconds(1)
          _ = sink.turnEnded(now: now)
        }
        sink.finish()
        Thread.current.threadDictionary["sink"] = nil
      }
    }
    for worker in workers { worker.start() }
    while !workers.allSatisfy(\.isFinished) { await Task.yield() }
    #expect(writer.stop(within: .seconds(30)))
    try pipe.fileHandleForWriting.close()
    let lines = String(decoding: await read, as: UTF8.self).split(separator: "\n")
    for worker in 0..<2 {
      let own = lines.filter { $0.hasPrefix("\(worker)/") }
      #expect(own == (0..<20_000).map { "\(worker)/\($0)" })
    }
    #expect(lines.count == 40_000)
  }

  @Test func aFullPipeNeverBlocksTheWorkerAndLinesAreCounted() async throws {
    let pipe = Pipe()
    let writer = try AccessLogWriter(descriptor: pipe.fileHandleForWriting.fileDescriptor, workers: 1)
    let sink = AccessLogSink(writer, worker: 0, format: try AccessLogFormat("%REQ(:PATH)%"), limit: 100_000)
    // Nobody reads: pipe, hand-over and own buffer fill up, then lines are dropped, and this loop ends.
    var kept = 0
    var now = start
    let name = "/" + String(repeating: "x", count: 98)
    for _ in 0..<20_000 {
      if add(sink, name, now: now) { kept += 1 }
      now = now + .milliseconds(1)
      _ = sink.turnEnded(now: now)
    }
    #expect(sink.dropped == UInt64(20_000 - kept))
    #expect(sink.dropped > 10_000)
    #expect(kept >= 1_000)
    // A stop with a stuck output gives up in time.
    sink.finish()
    #expect(!writer.stop(within: .milliseconds(1)))
    // Once somebody reads, all that was kept arrives, line by line whole.
    let output = pipe.fileHandleForReading
    var read = Data()
    while read.count < kept * 100 { read += output.availableData }
    #expect(read.count == kept * 100)
    #expect(String(decoding: read, as: UTF8.self).split(separator: "\n").allSatisfy { $0 == name })
  }

  @Test func linesWaitForCompanyButNotForLong() throws {
    let pipe = Pipe()
    let writer = try AccessLogWriter(descriptor: pipe.fileHandleForWriting.fileDescriptor, workers: 1)
    let sink = AccessLogSink(writer, worker: 0, format: try AccessLogFormat("%REQ(:PATH)%"))
    #expect(sink.turnEnded(now: start) == nil)
    _ = add(sink, "/first", now: start)
    #expect(sink.turnEnded(now: start) == start + AccessLogSink.delay)
    let half = start + .milliseconds(50)
    _ = add(sink, "/second", now: half)
    #expect(sink.turnEnded(now: half) == start + AccessLogSink.delay)
    #expect(sink.turnEnded(now: start + AccessLogSink.delay) == nil)
    #expect(pipe.fileHandleForReading.availableData == Data("/first\n/second\n".utf8))
    #expect(sink.turnEnded(now: start + .seconds(1)) == nil)
    sink.finish()
    #expect(writer.stop(within: .seconds(30)))
  }

  @Test func aFullBatchGoesAtOnce() throws {
    let pipe = Pipe()
    let writer = try AccessLogWriter(descriptor: pipe.fileHandleForWriting.fileDescriptor, workers: 1)
    let sink = AccessLogSink(writer, worker: 0, format: try AccessLogFormat("%REQ(:PATH)%"))
    _ = add(sink, String(repeating: "x", count: AccessLogSink.batch), now: start)
    #expect(sink.turnEnded(now: start) == nil)
    sink.finish()
    #expect(writer.stop(within: .seconds(30)))
    try pipe.fileHandleForWriting.close()
    #expect(pipe.fileHandleForReading.readDataToEndOfFile().count == AccessLogSink.batch + 1)
  }

  @Test func filesAreAppendedToAndOpenedAnew() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("apus-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appendingPathComponent("access.log").path
    try Data("before\n".utf8).write(to: URL(fileURLWithPath: path))
    let writer = try AccessLogWriter(path: path, workers: 1)
    let sink = AccessLogSink(writer, worker: 0, format: try AccessLogFormat("%REQ(:PATH)%"))
    // Rotated: what follows the call goes into the file of that name.
    try FileManager.default.moveItem(atPath: path, toPath: path + ".1")
    writer.reopen()
    _ = add(sink, "/after", now: start)
    sink.finish()
    #expect(writer.stop(within: .seconds(30)))
    #expect(try String(contentsOfFile: path + ".1", encoding: .utf8) == "before\n")
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "/after\n")
  }

  @Test func aPathThatCannotBeOpenedIsAnError() {
    #expect(throws: AccessLogWriter.Failure.open(path: "/nowhere/at/all", code: 2)) {
      _ = try AccessLogWriter(path: "/nowhere/at/all", workers: 1)
    }
  }

  /// Each outage is told, and its end.
  @Test func outagesAreCountedApart() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("apus-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appendingPathComponent("link").path
    let disk = folder.appendingPathComponent("disk").path
    try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: "/dev/full")
    let writer = try AccessLogWriter(path: path, workers: 1)
    let sink = AccessLogSink(writer, worker: 0, format: try AccessLogFormat("%REQ(:PATH)%"))
    func write(_ name: String, to target: String, until done: () -> Bool) throws {
      try FileManager.default.removeItem(atPath: path)
      try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: target)
      writer.reopen()
      #expect(add(sink, name, now: start))
      for _ in 0..<10_000 where !(sink.flush() && done()) { usleep(1_000) }
      #expect(done())
    }
    try write("/1", to: "/dev/full") { writer.failedWrites == 1 }
    try write("/2", to: "/dev/full") { writer.failedWrites == 2 }
    #expect(writer.outages == 1)
    try write("/3", to: disk) { (try? String(contentsOfFile: disk, encoding: .utf8)) == "/3\n" }
    try write("/4", to: "/dev/full") { writer.failedWrites == 3 }
    #expect(writer.outages == 2)
    sink.finish()
    #expect(writer.stop(within: .seconds(30)))
  }

  /// A worker that has ended asks no more.
  @Test func theLastLostLinesAreCounted() throws {
    let writer = try AccessLogWriter(path: "/dev/full", workers: 2)
    for worker in 0..<2 {
      let sink = AccessLogSink(writer, worker: worker, format: try AccessLogFormat("%REQ(:PATH)%"))
      for _ in 0...worker { _ = add(sink, "/lost", now: start) }
      sink.finish()
    }
    #expect(writer.stop(within: .seconds(30)))
    #expect(writer.takeLost() == 3)
    #expect(writer.takeLost() == 0)
  }

  @Test func failedWritesAreCounted() throws {
    let writer = try AccessLogWriter(path: "/dev/full", workers: 1)
    let sink = AccessLogSink(writer, worker: 0, format: try AccessLogFormat("%REQ(:PATH)%"))
    for _ in 0..<3 { _ = add(sink, "/lost", now: start) }
    #expect(sink.takeLost() == 0)
    sink.finish()
    #expect(writer.stop(within: .seconds(30)))
    #expect(writer.failedWrites == 1)
    #expect(sink.takeLost() == 3)
    #expect(sink.takeLost() == 0)
    #expect(sink.dropped == 3)
  }
}
