internal import Primitives

/// Durations as the configuration file writes them (GEP-2257): `1m30s`, `250ms`; what is finer than 1 ms as
/// a fraction of it, which that format has no word for.
enum DurationText {
  static func text(_ interval: Interval) -> String {
    var rest = interval.nanoseconds
    if rest == 0 { return "0s" }
    var text = rest < 0 ? "-" : ""
    rest = rest == .min ? .max : abs(rest)
    for (unit, name) in [(3_600_000_000_000, "h"), (60_000_000_000, "m"), (1_000_000_000, "s")]
      as [(Int64, String)]
    {
      if rest >= unit { text += "\(rest / unit)\(name)" }
      rest %= unit
    }
    if rest % 1_000_000 == 0 { return rest == 0 ? text : text + "\(rest / 1_000_000)ms" }
    return text + "\(Double(rest) / 1e6)ms"
  }
}
