import HTTP
import Telemetry
import Testing

struct B3Tests {
  private let short = "7890123456789012"

  @Test(arguments: [
    ("\(traceID)-\(spanID)-1", true, false), ("\(traceID)-\(spanID)-0", false, false),
    ("\(traceID)-\(spanID)-d", true, true), ("\(traceID)-\(spanID)-1-aaaaaaaaaaaaaaaa", true, false),
    ("\(traceID)-\(spanID)-0-aaaaaaaaaaaaaaaa", false, false),
  ])
  func singleIsFollowed(_ value: String, _ sampled: Bool, _ debug: Bool) {
    for rate in [0.0, 1.0] {
      let context = extract([("b3", value)], rate: rate)
      #expect(context.follows && context.formats == .b3)
      #expect(context.isSampled == sampled && context.flags.contains(.debug) == debug)
      // Whether a foreign id is random is not known.
      #expect(!context.flags.contains(.random))
    }
  }

  @Test func withoutDecisionTheSamplerDecides() {
    #expect(!extract([("b3", "\(traceID)-\(spanID)")], rate: 0).isSampled)
    #expect(extract([("b3", "\(traceID)-\(spanID)")], rate: 1).isSampled)
    #expect(extract([("X-B3-TraceId", traceID), ("X-B3-SpanId", spanID)], rate: 1).isSampled)
    #expect(extract([("X-B3-TraceId", traceID), ("X-B3-SpanId", spanID)], rate: 1).follows)
  }

  @Test(arguments: [("0", false, false), ("1", true, false), ("d", true, true)])
  func aDecisionAloneHolds(_ value: String, _ sampled: Bool, _ debug: Bool) {
    for rate in [0.0, 1.0] {
      let context = extract([("b3", value)], rate: rate)
      #expect(context.startsAnew && context.formats == .b3)
      #expect(context.isSampled == sampled && context.flags.contains(.debug) == debug)
    }
    let out = forwarded([("b3", value)], .b3, rate: sampled ? 0 : 1)[0]
    #expect(out.split(separator: "-")[2] == value)
  }

  @Test(arguments: [
    "", "2", "x", "-", "\(traceID)", "\(traceID)-", "\(traceID)-\(spanID)-", "\(traceID)-\(spanID)-2",
    "\(traceID)-\(spanID)-1-", "\(traceID)-\(spanID)-1-12345", "\(traceID)-\(spanID)-1-aaaaaaaaaaaaaaaaa",
    "\(traceID)-\(spanID)-1-aaaaaaaaaaaaaaag", "\(traceID)-123-1", "123-\(spanID)-1",
    "00000000000000000000000000000000-\(spanID)-1", "\(traceID)-0000000000000000-1",
    "1234567890123456789012345678901g-\(spanID)-1", "\(traceID)_\(spanID)-1", "\(traceID)-\(spanID)_1",
    "\(traceID)-\(spanID)-dd", "\(traceID)5-\(spanID)-1", "12345678901234567-\(spanID)-1",
  ])
  func malformedStartsAnew(_ value: String) {
    let context = extract([("b3", value)])
    #expect(context.startsAnew)
    #expect(!context.isSampled)
    #expect(context.formats == .b3)
  }

  @Test func shortIDsStayShort() {
    let context = extract([("b3", "\(short)-\(spanID)-1")])
    #expect(context.traceHigh == 0 && context.traceLow == 0x7890_1234_5678_9012)
    let fields = [("b3", "\(short)-\(spanID)-1")]
    let out = forwarded(fields, .b3)[0].split(separator: "-").map(String.init)
    #expect(out[0] == short && out[1] == "0000000000000abc" && out[2] == "1" && out[3].utf8.count == 16)
    #expect(
      forwarded(fields, .traceparent, configured: .w3c)
        == ["00-0000000000000000\(short)-0000000000000abc-01"])
    // An id of 128 bits whose left half happens to be 0 is not short.
    #expect(
      forwarded([("b3", "0000000000000000\(short)-\(spanID)-1")], .b3)[0].hasPrefix(
        "0000000000000000\(short)-"))
  }

  @Test func multiIsFollowedAndWrittenAnew() {
    let fields = [
      ("X-B3-TraceId", traceID), ("X-B3-SpanId", spanID), ("X-B3-ParentSpanId", "aaaaaaaaaaaaaaaa"),
      ("X-B3-Sampled", "1"),
    ]
    let context = extract(fields)
    #expect(context.follows && context.formats == .b3multi && context.isSampled)
    #expect(forwarded(fields, .xB3TraceID) == [traceID])
    #expect(forwarded(fields, .xB3SpanID) == ["0000000000000abc"])
    #expect(forwarded(fields, .xB3ParentSpanID) != ["aaaaaaaaaaaaaaaa"])
    #expect(forwarded(fields, .xB3ParentSpanID).count == 1)
    #expect(forwarded(fields, .xB3Sampled) == ["1"])
    #expect(forwarded(fields, .xB3Flags) == [])
    #expect(forwarded(fields, .b3) == [])
  }

  @Test(arguments: [("0", false), ("1", true), ("true", true), ("false", false)])
  func multiDecisionIsKept(_ value: String, _ sampled: Bool) {
    for rate in [0.0, 1.0] {
      #expect(extract([("X-B3-Sampled", value)], rate: rate).isSampled == sampled)
      let context = extract(
        [("X-B3-TraceId", traceID), ("X-B3-SpanId", spanID), ("X-B3-Sampled", value)], rate: rate)
      #expect(context.isSampled == sampled && context.follows)
    }
  }

  @Test func flagsOneIsDebug() {
    let fields = [
      ("X-B3-TraceId", traceID), ("X-B3-SpanId", spanID), ("X-B3-Flags", "1"), ("X-B3-Sampled", "0"),
    ]
    let context = extract(fields)
    #expect(context.isSampled && context.flags.contains(.debug))
    #expect(forwarded(fields, .xB3Flags) == ["1"])
    #expect(forwarded(fields, .xB3Sampled) == [])
    #expect(!extract([("X-B3-Flags", "0"), ("X-B3-Sampled", "0")], rate: 1).isSampled)
  }

  @Test func halfOfMultiStartsAnewButKeepsTheDecision() {
    #expect(extract([("X-B3-TraceId", traceID), ("X-B3-Sampled", "1")]).startsAnew)
    #expect(extract([("X-B3-TraceId", traceID), ("X-B3-Sampled", "1")]).isSampled)
    #expect(extract([("X-B3-TraceId", traceID), ("X-B3-SpanId", "12"), ("X-B3-Sampled", "1")]).startsAnew)
    let twice = [("X-B3-TraceId", traceID), ("X-B3-TraceId", traceID), ("X-B3-SpanId", spanID)]
    #expect(extract(twice).startsAnew)
  }

  @Test func singleWinsOverMulti() {
    let other = [
      ("X-B3-TraceId", "ffffffffffffffffffffffffffffffff"), ("X-B3-SpanId", spanID), ("X-B3-Sampled", "1"),
    ]
    let fields = other + [("b3", "\(traceID)-\(spanID)-0")]
    let context = extract(fields, rate: 1)
    #expect(context.follows && !context.isSampled && context.formats == [.b3, .b3multi])
    // Both go out, saying the same.
    #expect(forwarded(fields, .xB3TraceID) == [traceID])
    #expect(forwarded(fields, .xB3Sampled) == ["0"])
    #expect(forwarded(fields, .b3)[0].hasPrefix("\(traceID)-0000000000000abc-0-"))
    // Even where the single one says no more than "no".
    #expect(!extract(other + [("b3", "0")]).isSampled)
    #expect(extract(other + [("b3", "nonsense")]).traceHigh == .max)
  }
}
