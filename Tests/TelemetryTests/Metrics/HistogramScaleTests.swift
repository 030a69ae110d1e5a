import Primitives
import Telemetry
import Testing

struct HistogramScaleTests {
  @Test func everyBucketBeginsRightBehindTheOneBelow() {
    for index in 0..<(HistogramScale.bucketCount - 1) {
      let bound = HistogramScale.upperBound(index)
      #expect(HistogramScale.index(nanoseconds: bound) == index)
      #expect(HistogramScale.index(nanoseconds: bound + 1) == index + 1)
      #expect(HistogramScale.upperBound(index + 1) > bound)
    }
  }

  @Test func theEndsHoldEverythingBeyond() {
    #expect(HistogramScale.index(nanoseconds: .min) == 0)
    #expect(HistogramScale.index(nanoseconds: 0) == 0)
    #expect(HistogramScale.index(nanoseconds: 100_000_000_000) == HistogramScale.bucketCount - 2)
    #expect(HistogramScale.index(nanoseconds: .max) == HistogramScale.bucketCount - 1)
  }

  @Test func noBucketIsWiderThanATenthOfItsValue() {
    for index in 1..<(HistogramScale.bucketCount - 1) {
      let low = HistogramScale.upperBound(index - 1)
      #expect(HistogramScale.upperBound(index) - low <= low / 8)
    }
  }

  @Test func exposedBoundsAreEndsOfBuckets() {
    for (nanoseconds, text) in ExposedScale.bounds {
      #expect(HistogramScale.upperBound(HistogramScale.index(nanoseconds: nanoseconds)) == nanoseconds)
      #expect(Double(text.description) == Double(nanoseconds) / 1e9)
    }
  }
}
