internal import Primitives

/// Numbers as the view writes them.
enum DemoNumbers {
  /// `1 234 567`.
  static func grouped(_ value: UInt64) -> String {
    let digits = Array(String(value))
    var text = ""
    for (index, digit) in digits.enumerated() {
      if index > 0 && (digits.count - index) % 3 == 0 { text += " " }
      text.append(digit)
    }
    return text
  }

  /// One digit behind the point.
  static func tenths(_ value: Double) -> String {
    let scaled = Int64((value * 10).rounded())
    return "\(scaled / 10).\(abs(scaled % 10))"
  }

  /// Nanoseconds as `42 µs`, `1.25 ms`, `18.3 ms` or `1.2 s`; a dash for nil.
  static func duration(_ nanoseconds: Double?) -> String {
    guard let nanoseconds else { return "–" }
    let milliseconds = nanoseconds / 1e6
    if milliseconds >= 1000 { return tenths(milliseconds / 1000) + " s" }
    if milliseconds < 1 { return "\(Int64((nanoseconds / 1e3).rounded())) µs" }
    if milliseconds >= 10 { return tenths(milliseconds) + " ms" }
    let hundredths = Int64((milliseconds * 100).rounded())
    let fraction = hundredths % 100
    return "\(hundredths / 100).\(fraction < 10 ? "0" : "")\(fraction) ms"
  }

  /// `1:07`.
  static func clock(_ interval: Interval) -> String {
    let seconds = max(0, interval.nanoseconds / 1_000_000_000)
    let rest = seconds % 60
    return "\(seconds / 60):\(rest < 10 ? "0" : "")\(rest)"
  }
}
