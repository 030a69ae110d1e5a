import Primitives
import Testing

@testable import Proxy

@Suite struct HTTPDateTests {
  static func text(_ seconds: Int64) -> String {
    var date = HTTPDate()
    date.refresh(MonotonicTime(nanoseconds: 0)) { seconds * 1_000_000_000 + 999_999_999 }
    let bytes = date.bytes
    return String(decoding: bytes.indices.map { bytes[$0] }, as: UTF8.self)
  }

  @Test(
    arguments: [
      (0, "Thu, 01 Jan 1970 00:00:00 GMT"),
      (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"),
      (951_782_399, "Mon, 28 Feb 2000 23:59:59 GMT"),
      (951_782_400, "Tue, 29 Feb 2000 00:00:00 GMT"),
      (951_868_800, "Wed, 01 Mar 2000 00:00:00 GMT"),
      (1_709_164_800, "Thu, 29 Feb 2024 00:00:00 GMT"),
      (1_735_689_599, "Tue, 31 Dec 2024 23:59:59 GMT"),
      (4_107_542_399, "Sun, 28 Feb 2100 23:59:59 GMT"),
      (4_107_542_400, "Mon, 01 Mar 2100 00:00:00 GMT"),
    ] as [(Int64, String)]) func isWritten(_ seconds: Int64, _ expected: String)
  {
    #expect(Self.text(seconds) == expected)
  }

  /// The wall clock is asked only when the second that is written is over on the other clock.
  @Test func itIsMadeAnewWithTheSecond() {
    var date = HTTPDate()
    var asked = 0
    func text(at now: Int64, wall: Int64) -> String {
      date.refresh(MonotonicTime(nanoseconds: now)) {
        asked += 1
        return wall
      }
      let bytes = date.bytes
      return String(decoding: bytes.indices.map { bytes[$0] }, as: UTF8.self)
    }
    let first: Int64 = 784_111_777
    #expect(text(at: 100, wall: first * 1_000_000_000 + 400_000_000) == Self.text(first))
    #expect(text(at: 600_000_099, wall: 0) == Self.text(first))
    #expect(asked == 1)
    #expect(text(at: 600_000_100, wall: (first + 1) * 1_000_000_000) == Self.text(first + 1))
    #expect(text(at: 1_600_000_099, wall: 0) == Self.text(first + 1))
    #expect(text(at: 1_600_000_100, wall: 951_782_400 * 1_000_000_000) == Self.text(951_782_400))
    #expect(asked == 3)
  }

  /// Every day of four hundred years: what is written is what is read back.
  @Test func daysAndDatesAgree() {
    let lengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    var days: Int64 = 0
    for year in 1970..<2370 {
      let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
      for month in 1...12 {
        for day in 1...(lengths[month - 1] + (month == 2 && isLeap ? 1 : 0)) {
          if HTTPDate.days(year: year, month: month, day: day) != days {
            Issue.record("\(year)-\(month)-\(day)")
            return
          }
          days += 1
        }
      }
    }
  }
}
