import Telemetry
import Testing

struct ExposedScaleTests {
  @Test func aBucketEndsAtItsBoundAndTheNextBeginsBehindIt() {
    #expect(ExposedScale.bucketCount == ExposedScale.bounds.count + 1)
    for (bucket, bound) in ExposedScale.bounds.enumerated() {
      #expect(ExposedScale.index(nanoseconds: bound.nanoseconds) == bucket)
      #expect(ExposedScale.index(nanoseconds: bound.nanoseconds + 1) == bucket + 1)
    }
    #expect(ExposedScale.index(nanoseconds: .min) == 0)
    #expect(ExposedScale.index(nanoseconds: .max) == ExposedScale.bucketCount - 1)
  }
}
