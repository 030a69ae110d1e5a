/// The buckets that the metrics page shows, all of them ends of `HistogramScale`'s, too: from 0.1 ms to 10 s, and one
/// above. Where there are many rows they are also what is counted: a row is 17 words.
package enum ExposedScale {
  /// Upper bounds in nanoseconds, and in seconds as `le` writes them.
  package static let bounds: [(nanoseconds: Int64, text: StaticString)] = [
    (100_000, "0.0001"), (250_000, "0.00025"), (500_000, "0.0005"), (1_000_000, "0.001"),
    (2_500_000, "0.0025"), (5_000_000, "0.005"), (10_000_000, "0.01"), (25_000_000, "0.025"),
    (50_000_000, "0.05"), (100_000_000, "0.1"), (250_000_000, "0.25"), (500_000_000, "0.5"),
    (1_000_000_000, "1"), (2_500_000_000, "2.5"), (5_000_000_000, "5"), (10_000_000_000, "10"),
  ]

  package static var bucketCount: Int { 17 }

  /// The bucket of a duration. The comparisons come one after another, so that it is cheap where the answer was quick.
  package static func index(nanoseconds: Int64) -> Int {
    switch nanoseconds {
    case ...100_000: 0
    case ...250_000: 1
    case ...500_000: 2
    case ...1_000_000: 3
    case ...2_500_000: 4
    case ...5_000_000: 5
    case ...10_000_000: 6
    case ...25_000_000: 7
    case ...50_000_000: 8
    case ...100_000_000: 9
    case ...250_000_000: 10
    case ...500_000_000: 11
    case ...1_000_000_000: 12
    case ...2_500_000_000: 13
    case ...5_000_000_000: 14
    case ...10_000_000_000: 15
    default: 16
    }
  }
}
