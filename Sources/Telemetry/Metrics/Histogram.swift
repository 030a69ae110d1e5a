/// Durations counted by bucket: a plain value, for reading, adding up and asking for quantiles.
public struct Histogram: Sendable, Equatable {
  /// By `HistogramScale`'s index.
  public internal(set) var counts: [UInt64]
  /// Of all durations, in nanoseconds.
  public internal(set) var sum: UInt64

  public init() {
    counts = Array(repeating: 0, count: HistogramScale.bucketCount)
    sum = 0
  }

  /// How many durations were counted.
  public var count: UInt64 { counts.reduce(0, &+) }

  public mutating func record(nanoseconds: Int64) {
    counts[HistogramScale.index(nanoseconds: nanoseconds)] &+= 1
    sum &+= UInt64(max(nanoseconds, 0))
  }

  public mutating func add(_ other: Histogram) {
    for index in counts.indices { counts[index] &+= other.counts[index] }
    sum &+= other.sum
  }

  /// What was recorded since an earlier reading of the same counters.
  public func since(_ earlier: Histogram) -> Histogram {
    var result = self
    for index in counts.indices { result.counts[index] &-= earlier.counts[index] }
    result.sum &-= earlier.sum
    return result
  }

  /// The duration in nanoseconds that a share `q` (0 … 1) of all does not exceed, interpolated within its bucket;
  /// nil where nothing was counted. Off by less than an eighth from 1 µs up to 100 s.
  public func quantile(_ q: Double) -> Double? {
    let total = count
    if total == 0 { return nil }
    let rank = min(max(q, 0), 1) * Double(total)
    var below: UInt64 = 0
    for index in counts.indices where counts[index] > 0 {
      let reached = below + counts[index]
      if Double(reached) >= rank {
        let low = index == 0 ? 0 : Double(HistogramScale.upperBound(index - 1))
        if index == counts.count - 1 { return low }
        let share = (rank - Double(below)) / Double(counts[index])
        return low + (Double(HistogramScale.upperBound(index)) - low) * min(max(share, 0), 1)
      }
      below = reached
    }
    return nil
  }

  /// How many durations are at or below a bound in nanoseconds. Exact where the bound is the scale's own.
  public func count(upTo bound: Int64) -> UInt64 {
    var sum: UInt64 = 0
    for index in counts.indices where HistogramScale.upperBound(index) <= bound { sum &+= counts[index] }
    return sum
  }
}
