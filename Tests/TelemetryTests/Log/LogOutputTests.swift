import Glibc
import Testing

@testable import Telemetry

@Suite struct LogOutputTests {
  private func pipe() -> (reader: Int32, writer: Int32) {
    var ends: [Int32] = [0, 0]
    let result = unsafe Glibc.pipe(&ends)
    #expect(result == 0)
    return (ends[0], ends[1])
  }

  private func write(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
    LogOutput(descriptor: descriptor).write(bytes.span)
  }

  @Test func aPipeThatNobodyReadsIsNotWaitedFor() {
    let (reader, writer) = pipe()
    defer {
      close(reader)
      close(writer)
    }
    let line = [UInt8](repeating: 97, count: 999) + [10]
    var taken = 0
    while taken < 1000, write(line, to: writer) { taken += 1 }
    #expect(taken > 10 && taken < 1000)

    var bytes = [UInt8](repeating: 0, count: 1 << 16)
    let count = unsafe read(reader, &bytes, bytes.count)
    #expect(count > 4096)
    #expect(write(line, to: writer))
  }

  @Test func aPipeThatIsClosedTakesNothing() {
    let (reader, writer) = pipe()
    _ = signal(SIGPIPE, SIG_IGN)
    close(reader)
    #expect(!write([10], to: writer))
    close(writer)
  }
}
