/// Where a duration falls: 32 buckets a decade from 1 µs to 100 s, one below, one above.
///
/// A decade is cut at 1, 1.1 … 2, 2.25 … 5, 5.5 … 10, so that no bucket is wider than an eighth of its value and
/// every bound that dashboards use (0.5 ms, 1, 2.5, 5, 7.5, 10 ms …) is a bucket's end exactly. A bucket holds
/// what is above its lower and at or below its upper bound, as Prometheus' `le` says.
public enum HistogramScale {
  public static var bucketCount: Int { 258 }

  /// The bucket of a duration in nanoseconds; below zero counts as zero.
  public static func index(nanoseconds: Int64) -> Int {
    let value = nanoseconds <= 1 ? 0 : UInt64(truncatingIfNeeded: nanoseconds) &- 1
    if value < 1_000_000 {
      if value < 10_000 { return value < 1_000 ? 0 : place(0, value / 50) }
      return value < 100_000 ? place(1, value / 500) : place(2, value / 5_000)
    }
    if value < 1_000_000_000 {
      if value < 10_000_000 { return place(3, value / 50_000) }
      return value < 100_000_000 ? place(4, value / 500_000) : place(5, value / 5_000_000)
    }
    if value < 10_000_000_000 { return place(6, value / 50_000_000) }
    return value < 100_000_000_000 ? place(7, value / 500_000_000) : 257
  }

  /// `part` is the value in twentieths of the decade's beginning: 20 ..< 200.
  @inline(__always)
  private static func place(_ decade: Int, _ part: UInt64) -> Int {
    let part = Int(truncatingIfNeeded: part)
    let step = part < 40 ? (part &- 20) >> 1 : part < 100 ? 10 &+ (part &- 40) / 5 : 22 &+ (part &- 100) / 10
    return 1 &+ decade &* 32 &+ step
  }

  /// The highest duration that falls into a bucket, in nanoseconds; `Int64.max` for the last.
  public static func upperBound(_ index: Int) -> Int64 {
    if index <= 0 { return 1_000 }
    if index >= bucketCount - 1 { return .max }
    var twentieth: Int64 = 50
    for _ in 0..<((index - 1) / 32) { twentieth *= 10 }
    let step = Int64((index - 1) % 32) + 1
    let part = step <= 10 ? 20 + 2 * step : step <= 22 ? 40 + 5 * (step - 10) : 100 + 10 * (step - 22)
    return twentieth * part
  }
}
