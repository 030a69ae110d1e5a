/// Durations as the metrics page shows them: by `ExposedScale`'s buckets. A plain value, for reading and adding up.
public struct ExposedHistogram: Sendable, Equatable {
  /// Each bucket for itself.
  package internal(set) var counts: [UInt64]
  /// Of all durations, in nanoseconds.
  public internal(set) var sum: UInt64 = 0

  init() { counts = Array(repeating: 0, count: ExposedScale.bucketCount) }

  init(_ fine: Histogram) {
    self.init()
    for bucket in fine.counts.indices {
      counts[ExposedScale.index(nanoseconds: HistogramScale.upperBound(bucket))] &+= fine.counts[bucket]
    }
    sum = fine.sum
  }

  /// How many durations were counted.
  public var count: UInt64 { counts.reduce(0, &+) }

  /// In nanoseconds; nil where nothing was counted.
  public var mean: Double? {
    let count = count
    return count == 0 ? nil : Double(sum) / Double(count)
  }

  /// Adds a part of a row of counters: the buckets, then the sum.
  mutating func add(_ counters: borrowing CounterTable, row: Int, from first: Int) {
    for bucket in counts.indices { counts[bucket] &+= counters[row, first + bucket] }
    sum &+= counters[row, first + counts.count]
  }
}
