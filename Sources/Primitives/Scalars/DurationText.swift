/// Durations as GEP-2257 writes them: `25ms`, `3s`, `1m30s`, `1h`. Up to four numbers of up to five digits, each
/// with a unit; no sign, no fraction.
package enum DurationText {
  package static let form = "a duration such as 25ms, 3s or 1m30s"

  /// Nil where the text is no such duration.
  package static func parse(_ text: String) -> Interval? {
    var rest = text.utf8[...]
    var total: Int64 = 0
    var parts = 0
    while !rest.isEmpty {
      let digits = rest.prefix { $0 >= 48 && $0 <= 57 }
      guard (1...5).contains(digits.count), let number = Int64(String(Substring(digits))) else { return nil }
      rest = rest.dropFirst(digits.count)
      let unit = rest.prefix { $0 >= 97 && $0 <= 122 }
      rest = rest.dropFirst(unit.count)
      parts += 1
      guard parts <= 4, let factor = nanoseconds(in: String(Substring(unit))) else { return nil }
      total += number * factor
    }
    return parts == 0 ? nil : Interval(nanoseconds: total)
  }

  /// What a text that is none may mean: `30` and `30 seconds` mean `30s`. Not checked.
  package static func meant(_ text: String) -> String {
    let bare = text.lowercased().filter { $0 != " " }
    let number = bare.prefix { $0.isASCII && $0.isNumber }
    let unit = bare.dropFirst(number.count)
    if unit.isEmpty { return number + "s" }
    if unit.hasPrefix("ms") || unit.hasPrefix("milli") { return number + "ms" }
    return unit.first.map { "\(number)\($0)" } ?? ""
  }

  /// The shortest form, to the millisecond.
  package static func format(_ interval: Interval) -> String {
    var rest = interval.milliseconds
    var text = ""
    for (unit, factor) in [("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1)] as [(String, Int64)]
    where rest >= factor {
      text += "\(rest / factor)\(unit)"
      rest %= factor
    }
    return text.isEmpty ? "0s" : text
  }

  private static func nanoseconds(in unit: String) -> Int64? {
    switch unit {
    case "ms": 1_000_000
    case "s": 1_000_000_000
    case "m": 60_000_000_000
    case "h": 3_600_000_000_000
    default: nil
    }
  }
}
