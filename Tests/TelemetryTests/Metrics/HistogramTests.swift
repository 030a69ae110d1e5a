import Primitives
import Telemetry
import Testing

struct HistogramTests {
  @Test func quantilesLieNearTheTrueOnes() throws {
    var histogram = Histogram()
    var random = Random(seed: 7)
    var values: [Int64] = []
    for _ in 0..<20_000 {
      // From 2 µs to 2 s, evenly over the orders of magnitude.
      var value: Int64 = 2_000
      for _ in 0..<random.next(below: 6) { value *= 10 }
      values.append(value + Int64(random.next(below: Int(value) * 9)))
    }
    for value in values { histogram.record(nanoseconds: value) }
    values.sort()
    for q in [0.01, 0.25, 0.5, 0.9, 0.99, 0.999] {
      let truth = Double(values[Int(q * Double(values.count - 1))])
      let found = try #require(histogram.quantile(q))
      #expect(abs(found - truth) <= truth * 0.125, "quantile \(q): \(found) instead of \(truth)")
    }
    #expect(histogram.count == 20_000)
    #expect(histogram.sum == UInt64(values.reduce(0, +)))
  }

  @Test func emptyHasNoQuantile() {
    #expect(Histogram().quantile(0.5) == nil)
  }

  @Test func beyondTheScaleTheLastBoundIsGiven() {
    var histogram = Histogram()
    histogram.record(nanoseconds: 500_000_000_000)
    #expect(histogram.quantile(0.5) == 1e11)
  }

  @Test func sinceGivesTheDifference() {
    var early = Histogram()
    early.record(nanoseconds: 1_000_000)
    var late = early
    late.record(nanoseconds: 5_000_000)
    let between = late.since(early)
    #expect(between.count == 1)
    #expect(between.sum == 5_000_000)
    #expect(between.count(upTo: 2_500_000) == 0)
    #expect(between.count(upTo: 5_000_000) == 1)
    early.add(between)
    #expect(early == late)
  }
}
