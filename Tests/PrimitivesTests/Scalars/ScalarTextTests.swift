import Primitives
import Testing

@Suite struct ScalarTextTests {
  @Test func durations() {
    let cases: [(String, Int64)] = [
      ("25ms", 25), ("3s", 3_000), ("1m30s", 90_000), ("1h", 3_600_000), ("0s", 0), ("99999ms", 99_999),
      ("1h2m3s4ms", 3_723_004), ("10s5m", 310_000),
    ]
    for (text, milliseconds) in cases {
      #expect(DurationText.parse(text) == .milliseconds(milliseconds), "\(text)")
    }
    for text in [
      "", "5", "s", "1.5s", "-1s", "+1s", "1 s", "100000s", "1us", "1d", "1S", "1h1m1s1ms1s", "1s ", "٣s",
    ] {
      #expect(DurationText.parse(text) == nil, "\(text)")
    }
  }

  @Test func durationsPrintShort() {
    for text in ["0s", "25ms", "3s", "1m30s", "1h", "24h"] {
      #expect(DurationText.parse(text).map(DurationText.format) == text)
    }
  }

  @Test func sizes() {
    let cases = ["0": 0, "512": 512, "512B": 512, "64KiB": 65_536, "1MiB": 1_048_576, "2GiB": 2_147_483_648]
    for (text, bytes) in cases { #expect(SizeText.parse(text) == bytes, "\(text)") }
    for text in ["", "KiB", "64KB", "64kib", "64 KiB", "-1", "1.5KiB", "999999999999GiB", "1234567890123"] {
      #expect(SizeText.parse(text) == nil, "\(text)")
    }
    #expect(
      [0, 100, 65_536, 3 << 20, 1 << 30].map(SizeText.format) == ["0B", "100B", "64KiB", "3MiB", "1GiB"])
  }

  @Test func percentages() {
    let cases = ["0%": 0, "10%": 0.1, "100%": 1, "0.5%": 0.005, "100.0%": 1, "99.999%": 0.99999]
    for (text, value) in cases {
      #expect(PercentText.parse(text).map { abs($0 - value) < 1e-12 } == true, "\(text)")
    }
    for text in [
      "", "%", "10", "0.1", "-1%", "1e1%", ".5%", "5.%", "1.2.3%", "nan%", "inf%", "10 %",
    ] {
      #expect(PercentText.parse(text) == nil, "\(text)")
    }
    #expect(PercentText.parse("150%") == 1.5)
    for text in ["0%", "100%", "10%", "0.5%", "33.333%", "0.000000001%", "14.1%"] {
      #expect(PercentText.parse(text).map(PercentText.format) == text)
    }
  }
}
