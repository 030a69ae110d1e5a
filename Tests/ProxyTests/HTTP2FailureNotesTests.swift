import HTTP
import Primitives
import Telemetry
import Testing

@testable import Proxy

@Suite struct HTTP2FailureNotesTests {
  /// However long it goes on, one line in ten seconds for each rule and side.
  @Test func aFloodOfFailuresIsALine() {
    var notes = HTTP2FailureNotes()
    var lines: [UInt64] = []
    for millisecond in 0..<25_000 {
      let now = MonotonicTime(nanoseconds: Int64(millisecond) * 1_000_000)
      if let held = notes.admit(.resetFlood, upstream: false, now: now) { lines.append(held) }
    }
    #expect(lines == [0, 9_999, 9_999])
  }

  @Test func othersAreNotHeldBack() {
    var notes = HTTP2FailureNotes()
    let now = MonotonicTime(nanoseconds: 1)
    for error in HTTP2ConnectionError.allCases {
      for upstream in [false, true] {
        #expect(notes.admit(error, upstream: upstream, now: now) == 0)
        #expect(notes.admit(error, upstream: upstream, now: now) == nil)
      }
    }
  }
}
