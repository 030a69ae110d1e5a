import HTTP
import Primitives
import Testing

@Suite struct GRPCTimeoutTests {
  @Test func reads() {
    let cases: [(String, Interval?)] = [
      ("1H", .seconds(3600)), ("2M", .seconds(120)), ("3S", .seconds(3)), ("4m", .milliseconds(4)),
      ("5u", .microseconds(5)), ("6n", .nanoseconds(6)), ("0S", .zero), ("00000001S", .seconds(1)),
      ("99999999S", .seconds(99_999_999)), ("99999999H", GRPCTimeout.longest),
      ("99999999M", GRPCTimeout.longest), ("876000H", GRPCTimeout.longest),
      ("875999H", .seconds(875_999 * 3600)),
      ("", nil), ("S", nil), ("1", nil), ("123456789S", nil), ("1s", nil), ("-1S", nil), ("+1S", nil),
      ("1.5S", nil), ("1 S", nil), (" 1S", nil), ("1SS", nil), ("1h", nil), ("1N", nil),
    ]
    for (text, interval) in cases {
      #expect(GRPCTimeout.parse(Array(text.utf8).span) == interval, "\(text)")
    }
    // It can be added to any time of a running machine.
    #expect(GRPCTimeout.longest.nanoseconds < Int64.max / 2)
  }

  @Test func writesWhatIsLeft() {
    let cases: [(Interval, String)] = [
      (.nanoseconds(1), "1n"), (.nanoseconds(99_999_999), "99999999n"),
      (.nanoseconds(100_000_000), "100000u"),
      (.nanoseconds(100_000_999), "100000u"), (.seconds(99), "99000000u"), (.seconds(100), "100000m"),
      (.seconds(99_999), "99999000m"), (.seconds(100_000), "100000S"), (.seconds(99_999_999), "99999999S"),
      (.seconds(100_000_000), "1666666M"), (GRPCTimeout.longest, "52560000M"), (.zero, "1n"),
      (.seconds(-5), "1n"), (.nanoseconds(.max), "2562047H"),
    ]
    for (interval, expected) in cases {
      var output = ByteBuffer()
      GRPCTimeout.append(interval, to: &output)
      let written = text(output)
      #expect(written == expected, "\(interval)")
      guard interval > .zero, interval <= GRPCTimeout.longest else { continue }
      let back = GRPCTimeout.parse(output.bytes)
      #expect(back.map { $0 <= interval && $0.nanoseconds >= interval.nanoseconds / 100 * 99 } == true)
    }
  }
}
