import Foundation
import Primitives
import Telemetry
import Testing

struct TimestampFormatterTests {
  @Test(
    arguments: [
      (0, "1970-01-01T00:00:00.000Z"), (1_795_473_000_123_000_000, "2026-11-23T22:30:00.123Z"),
      (-1_000_000, "1969-12-31T23:59:59.999Z"), (951_782_400_000_000_000, "2000-02-29T00:00:00.000Z"),
      (4_107_542_399_999_999_999, "2100-02-28T23:59:59.999Z"),
      (4_107_542_400_000_000_000, "2100-03-01T00:00:00.000Z"),
    ] as [(Int64, String)])
  func knownTimes(_ nanoseconds: Int64, _ expected: String) {
    #expect(
      text {
        var formatter = TimestampFormatter()
        formatter.append(nanoseconds: nanoseconds, to: &$0)
      } == expected)
  }

  /// The year 9999 is what a certificate says that never expires (RFC 5280, section 4.1.2.5): too many nanoseconds for
  /// 64 bits.
  @Test(
    arguments: [
      (0, "1970-01-01T00:00:00Z"), (1_795_473_000, "2026-11-23T22:30:00Z"), (-1, "1969-12-31T23:59:59Z"),
      (253_402_300_799, "9999-12-31T23:59:59Z"), (.max, "9999-12-31T23:59:59Z"),
      (.min, "0000-01-01T00:00:00Z"),
    ] as [(Int64, String)])
  func wholeSeconds(_ seconds: Int64, _ expected: String) {
    #expect(TimestampFormatter.text(seconds: seconds) == expected)
  }

  @Test func agreesWithTheCalendarOverThreeCenturies() {
    let reference = DateFormatter()
    reference.locale = Locale(identifier: "en_US_POSIX")
    reference.timeZone = TimeZone(secondsFromGMT: 0)
    reference.dateFormat = "yyyy-MM-dd'T'HH:mm:ss.SSS'Z'"
    var formatter = TimestampFormatter()
    var random = Random(seed: 3)
    for _ in 0..<2_000 {
      let milliseconds = Int64(random.next(below: 9_000_000_000_000)) - 1_000_000_000_000
      let expected = reference.string(from: Date(timeIntervalSince1970: Double(milliseconds) / 1_000))
      // Twice: worked out, and from what is kept for the second.
      for _ in 0..<2 {
        #expect(text { formatter.append(nanoseconds: milliseconds * 1_000_000, to: &$0) } == expected)
      }
    }
  }

  @Test func wallClockGoesWithTheSystems() {
    let clock = WallClock()
    let seconds = Double(WallClock.now) / 1e9
    #expect(abs(seconds - Date().timeIntervalSince1970) < 60)
    let fixed = WallClock(offset: 5)
    #expect(fixed.nanoseconds(of: MonotonicTime(nanoseconds: 10)) == 15)
    #expect(clock.offset > 0)
  }
}
