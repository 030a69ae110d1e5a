import HTTP
import Telemetry
import Testing

struct JaegerTests {
  @Test(arguments: [
    "\(traceID):\(spanID):0:1", "\(traceID)%3A\(spanID)%3A0%3A1", "\(traceID)%3a\(spanID)%3a0%3a1",
    "\(traceID):\(spanID):aaaaaaaaaaaaaaaa:1", "\(traceID):\(spanID):0:01", "\(traceID):\(spanID):0:9",
  ])
  func isFollowed(_ value: String) {
    let context = extract([("uber-trace-id", value)])
    #expect(context.follows && context.isSampled && context.formats == .jaeger)
    #expect(!context.flags.contains(.debug))
  }

  @Test(arguments: [
    ("0", false, false), ("1", true, false), ("2", true, true), ("3", true, true), ("f", true, true),
  ])
  func flagsAreKept(_ flags: String, _ sampled: Bool, _ debug: Bool) {
    for rate in [0.0, 1.0] {
      let context = extract([("uber-trace-id", "\(traceID):\(spanID):0:\(flags)")], rate: rate)
      #expect(context.isSampled == sampled && context.flags.contains(.debug) == debug)
    }
  }

  @Test func leadingZerosMayBeMissing() {
    let context = extract([("uber-trace-id", "1f:2e:0:1")])
    #expect(context.traceHigh == 0 && context.traceLow == 0x1f && context.parent == 0x2e)
    #expect(
      forwarded([("uber-trace-id", "1f:2e:0:1")], .uberTraceID)[0].hasPrefix(
        "000000000000001f:0000000000000abc:"))
    let wide = extract([("uber-trace-id", "a12345678901234567:2e:0:1")])
    #expect(wide.traceHigh == 0xa1 && wide.traceLow == 0x2345_6789_0123_4567)
  }

  @Test(arguments: [
    "", ":", ":::", "1:2:3", "1:2:3:", "1:2:3:1:", "1:2:3:1:5", "0:2:0:1", "1:0:0:1", "x:2:0:1", "1:2:0:x",
    "\(traceID)1:2:0:1", "1:\(spanID)1:0:1", "1:2:\(spanID)1:1", "1:2:0:100", "1%3B2%3B0%3B1", "1%3A2%3A0%3",
    "1%3", "1%", " 1:2:0:1", "1::0:1",
  ])
  func malformedStartsAnew(_ value: String) {
    let context = extract([("uber-trace-id", value)])
    #expect(context.startsAnew && context.formats == .jaeger)
  }

  @Test func goesOutWithTheHopAsParent() {
    let context = extract([("uber-trace-id", "\(traceID):\(spanID):0:3")])
    let out = forwarded([("uber-trace-id", "\(traceID):\(spanID):0:3")], .uberTraceID)[0]
      .split(separator: ":").map(String.init)
    #expect(out.count == 4)
    #expect(out[0] == traceID && out[1] == "0000000000000abc" && out[3] == "3")
    #expect(UInt64(out[2], radix: 16) == context.span)
  }
}
