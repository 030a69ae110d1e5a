import Foundation
import Primitives
import Telemetry
import Testing

struct LogLineTests {
  private let time: Int64 = 1_795_473_000_123_000_000

  private func line(_ format: LogFormat, _ fields: KeyValuePairs<StaticString, LogValue>) -> String {
    text { LogLine.append(format, .info, "listening", fields, time: time, to: &$0) }
  }

  @Test func textIsBareWhereItCanBe() {
    #expect(
      line(.text, ["name": "outbound", "address": "127.0.0.1:15001", "count": 3, "ratio": 0.5, "ok": true])
        == "2026-11-23T22:30:00.123Z info    listening name=outbound address=127.0.0.1:15001 count=3 ratio=0.5 ok=true\n"
    )
  }

  @Test func textIsQuotedWhereItMustBe() {
    #expect(
      line(.text, ["a": "", "b": "two words", "c": "x=y", "d": "line\nfeed", "e": "\"", "f": "größe"])
        == "2026-11-23T22:30:00.123Z info    listening a=\"\" b=\"two words\" c=\"x=y\" d=\"line\\nfeed\" e=\"\\\"\" f=größe\n"
    )
  }

  @Test func jsonParses() throws {
    let json = line(.json, ["path": "a\"b\\c\u{1}\t\u{7F}", "count": -3, "none": LogValue(Double.infinity)])
    let object = try #require(try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
    #expect(object["time"] as? String == "2026-11-23T22:30:00.123Z")
    #expect(object["level"] as? String == "info")
    #expect(object["message"] as? String == "listening")
    #expect(object["path"] as? String == "a\"b\\c\u{1}\t\u{7F}")
    #expect(object["count"] as? Int == -3)
    #expect(object["none"] is NSNull)
    #expect(json.hasSuffix("}\n") && json.filter { $0 == "\n" }.count == 1)
  }

  @Test(arguments: LogFormat.allCases) func whatIsAbsentIsLeftOut(_ format: LogFormat) {
    #expect(line(format, ["a": 1, "more": LogValue(unlessZero: 0), "b": .absent]) == line(format, ["a": 1]))
    #expect(line(format, ["more": LogValue(unlessZero: 2)]) == line(format, ["more": 2]))
  }

  @Test func levelsHaveNamesAndOrder() {
    #expect(LogLevel("warning") == .warning)
    #expect(LogLevel("loud") == nil)
    #expect(LogLevel.error < .debug)
    #expect(LogFormat("json") == .json)
  }

  @Test func limiterLetsOneThroughAPeriod() {
    var limiter = LogLimiter(period: .seconds(10))
    var now = MonotonicTime(nanoseconds: 0)
    #expect(limiter.admit(now: now) == 0)
    #expect(limiter.admit(now: now) == nil)
    now = now + .seconds(9)
    #expect(limiter.admit(now: now) == nil)
    now = now + .seconds(1)
    #expect(limiter.admit(now: now) == 2)
    #expect(limiter.admit(now: now + .seconds(10)) == 0)
  }

  /// One who is loud hides no other, and many are no flood.
  @Test func eachOfAFewHasALine() {
    var limiter = LogLimiter(period: .seconds(10))
    let start = MonotonicTime(nanoseconds: 0)
    #expect((0..<5).map { _ in limiter.admit(of: 1, now: start) } == [0, nil, nil, nil, nil])
    #expect(limiter.admit(of: 2, now: start) == 4)
    #expect((3...1000).compactMap { limiter.admit(of: $0, now: start + .seconds(9)) } == [0, 0, 0, 0, 0, 0])
    #expect(limiter.admit(of: 1, now: start + .seconds(10)) == 992)
    #expect(limiter.admit(of: 1, now: start + .seconds(10)) == nil)
  }

  @Test func subjectsDoNotMuteEachOther() {
    var limiters = LogLimiters<Int>(period: .seconds(10), bound: 3)
    let start = MonotonicTime(nanoseconds: 0)
    for subject in 1...3 { #expect(limiters.admit(subject, now: start) == 0) }
    #expect(limiters.admit(1, now: start + .seconds(9)) == nil)
    // Beyond the bound one limit holds for all the rest, until others have been silent for long enough.
    #expect(limiters.admit(4, now: start + .seconds(9)) == 0)
    #expect(limiters.admit(5, now: start + .seconds(9)) == nil)
    #expect(limiters.admit(1, now: start + .seconds(10)) == 1)
    #expect(limiters.admit(5, now: start + .seconds(10)) == 0)
    #expect(limiters.admit(6, now: start + .seconds(10)) == 0)
  }
}
