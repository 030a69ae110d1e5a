import HTTP
import Primitives
import Telemetry
import Testing

@testable import Proxy

@Suite struct HTTP2FailureSubjectTests {
  private func subject(_ error: HTTP2ConnectionError, upstream: Bool = false, _ name: String = "public")
    -> HTTP2FailureSubject
  {
    HTTP2FailureSubject(error: error, isUpstream: upstream, name: name)
  }

  /// However long it goes on, one line in ten seconds.
  @Test func aFloodOfFailuresIsALine() {
    var notes = LogLimiters<HTTP2FailureSubject>()
    var lines: [UInt64] = []
    for millisecond in 0..<25_000 {
      let now = MonotonicTime(nanoseconds: Int64(millisecond) * 1_000_000)
      if let held = notes.admit(subject(.resetFlood), of: 7, now: now) { lines.append(held) }
    }
    #expect(lines == [0, 9_999, 9_999])
  }

  @Test func othersAreNotHeldBack() {
    var notes = LogLimiters<HTTP2FailureSubject>()
    let now = MonotonicTime(nanoseconds: 1)
    for error in HTTP2ConnectionError.allCases {
      for (upstream, name) in [(false, "public"), (false, "inner"), (true, "orders"), (true, "carts")] {
        let subject = subject(error, upstream: upstream, name)
        let told = [1, 1, 2, 2].map { notes.admit(subject, of: $0, now: now) }
        #expect(told == [0, nil, 1, nil])
      }
    }
  }
}
