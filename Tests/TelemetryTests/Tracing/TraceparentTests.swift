import HTTP
import Primitives
import Telemetry
import Testing

struct TraceparentTests {
  @Test(arguments: [
    "00-\(traceID)-\(spanID)-00", "00-\(traceID)-\(spanID)-01", "00-\(traceID)-\(spanID)-ff",
    "cc-\(traceID)-\(spanID)-01", "cc-\(traceID)-\(spanID)-01-what-the-future-will-be-like",
    "01-\(traceID)-\(spanID)-01-",
  ])
  func isFollowed(_ value: String) {
    let context = extract([("traceparent", value)])
    #expect(context.follows)
    #expect(context.formats == .w3c)
    #expect(context.span != 0 && context.span != context.parent)
  }

  @Test(arguments: [
    "", "00", "00-\(traceID)-\(spanID)", "00-\(traceID)-\(spanID)-", "00-\(traceID)-\(spanID)-1",
    "00-\(traceID)-\(spanID)-01.", "00-\(traceID)-\(spanID)-01-what-the-future-will-be-like",
    "00-\(traceID)-\(spanID)-001", "cc-\(traceID)-\(spanID)-01.what-the-future-will-be-like",
    "cc-\(traceID)-\(spanID)-01what", "ff-\(traceID)-\(spanID)-01", "ff-\(traceID)-\(spanID)-01-x",
    ".0-\(traceID)-\(spanID)-01", "0.-\(traceID)-\(spanID)-01", "000-\(traceID)-\(spanID)-01",
    "0000-\(traceID)-\(spanID)-01", "0-\(traceID)-\(spanID)-01", "CC-\(traceID)-\(spanID)-01",
    "00-00000000000000000000000000000000-\(spanID)-01", "00-.2345678901234567890123456789012-\(spanID)-01",
    "00-1234567890123456789012345678901.-\(spanID)-01", "00-\(traceID)3-\(spanID)-01",
    "00-1234567890123456789012345678901-\(spanID)-01", "00-\(traceID)-0000000000000000-01",
    "00-\(traceID)-.234567890123456-01", "00-\(traceID)-123456789012345.-01", "00-\(traceID)-\(spanID)7-01",
    "00-\(traceID)-123456789012345-01", "00-\(traceID)-\(spanID)-.0", "00-\(traceID)-\(spanID)-0.",
    "00_\(traceID)-\(spanID)-01", "00-\(traceID)_\(spanID)-01", "00-\(traceID)-\(spanID)_01",
    "00-1234567890123456789012345678901A-\(spanID)-01", "00-\(traceID)-123456789012345A-01",
    "00-\(traceID)-\(spanID)-0A",
  ])
  func startsTheTraceAnew(_ value: String) {
    let context = extract([("traceparent", value), ("tracestate", "foo=1")])
    #expect(context.startsAnew)
    #expect(!context.flags.contains(.keepsState))
    // What came in goes out, put right.
    #expect(context.formats == .w3c)
    #expect(forwarded([("traceparent", value), ("tracestate", "foo=1")], .tracestate) == [])
    #expect(forwarded([("traceparent", value)], .traceparent).first?.utf8.count == 55)
  }

  @Test func twiceStartsAnew() {
    let other = ("traceparent", "00-\(traceID)-\(spanID)-01")
    #expect(extract([valid, other]).startsAnew)
    #expect(extract([valid, valid]).startsAnew)
    #expect(forwarded([valid, other], .traceparent).count == 1)
  }

  @Test(arguments: [
    ("00", "00"), ("01", "01"), ("02", "02"), ("03", "03"), ("04", "00"), ("ff", "03"), ("fd", "01"),
  ])
  func sampledAndRandomAreKeptOtherFlagsZeroed(_ received: String, _ sent: String) {
    // The caller's decision stands, whatever the sampling rate here.
    for rate in [0.0, 1.0] {
      let out = forwarded([("traceparent", "00-\(traceID)-\(spanID)-\(received)")], .traceparent, rate: rate)
      #expect(out == ["00-\(traceID)-0000000000000abc-\(sent)"])
    }
  }

  @Test func aHigherVersionGoesOutAsOurs() {
    #expect(
      forwarded([("traceparent", "cc-\(traceID)-\(spanID)-01-more")], .traceparent)
        == ["00-\(traceID)-0000000000000abc-01"])
  }

  @Test func nothingIsWrittenThatNeitherCameInNorIsConfigured() {
    #expect(forwarded([], .traceparent) == [])
    #expect(forwarded([], .traceparent, configured: .w3c).count == 1)
    #expect(forwarded([], .traceparent, configured: .w3c, rate: 1).first?.hasSuffix("-03") == true)
    #expect(forwarded([], .traceparent, configured: .w3c, rate: 0).first?.hasSuffix("-02") == true)
  }

  @Test func idsDifferFromRequestToRequest() {
    var random = Random(seed: 5)
    let empty = MessageHead()
    var traces: Set<UInt64> = []
    for _ in 0..<1_000 {
      let context = TraceContext.extract(from: empty, sampler: Sampler(rate: 0), random: &random)
      traces.formUnion([context.traceHigh, context.traceLow, context.span])
    }
    #expect(traces.count == 3_000)
  }
}
