import HTTP
import Primitives
import Telemetry
import Testing

struct TraceContextTests {
  private let everything = [
    ("uber-trace-id", "4444444444444444:4:0:1"), ("X-B3-TraceId", "33333333333333333333333333333333"),
    ("X-B3-SpanId", spanID), ("b3", "22222222222222222222222222222222-\(spanID)-1"), valid,
  ]

  @Test func theFirstValidFormatCounts() {
    #expect(extract(everything).follows)
    let bad = ("traceparent", "nonsense")
    #expect(extract(everything.dropLast() + [bad]).traceHigh == 0x2222_2222_2222_2222)
    #expect(extract(everything.prefix(3) + [bad]).traceHigh == 0x3333_3333_3333_3333)
    #expect(extract(everything.prefix(1) + [bad]).traceLow == 0x4444_4444_4444_4444)
  }

  @Test func allThatCameInGoOutAndSayTheSame() {
    let all: TraceFormats = [.w3c, .b3, .b3multi, .jaeger]
    #expect(extract(everything).formats == all)
    #expect(forwarded(everything, .traceparent) == ["00-\(traceID)-0000000000000abc-00"])
    #expect(forwarded(everything, .b3)[0].hasPrefix("\(traceID)-0000000000000abc-0-"))
    #expect(forwarded(everything, .xB3TraceID) == [traceID])
    #expect(forwarded(everything, .xB3Sampled) == ["0"])
    #expect(forwarded(everything, .uberTraceID)[0].hasPrefix("\(traceID):0000000000000abc:"))
  }

  @Test func configuredFormatsAreAdded() {
    #expect(forwarded([valid], .b3, configured: .b3)[0].hasPrefix("\(traceID)-0000000000000abc-0-"))
    #expect(forwarded([valid], .traceparent, configured: .b3).count == 1)
    #expect(forwarded([valid], .uberTraceID, configured: [.b3, .b3multi]) == [])
  }

  @Test func baggageIsNotTouched() {
    let fields = [("baggage", "a=1"), ("baggage", " odd ,, b=2"), ("tracestate", "x=1"), ("baggage", "")]
    #expect(forwarded(fields, .baggage, configured: .w3c) == ["a=1", " odd ,, b=2", ""])
  }

  @Test func anotherAttemptOverwritesOnlyTheSpan() {
    var random = Random(seed: 1)
    var request = head(everything)
    let context = TraceContext.extract(from: request, sampler: Sampler(rate: 0), random: &random)
    let injected = context.inject(into: &request, attempt: 0x1111_1111_1111_1111, configured: [])
    let before = request.arena.count
    injected.replace(span: 0xabc, in: &request)
    #expect(request.arena.count == before)
    for id in [
      FieldID.traceparent, .b3, .xB3TraceID, .xB3SpanID, .xB3ParentSpanID, .xB3Sampled, .uberTraceID,
    ] {
      #expect(values(id, of: request) == forwarded(everything, id))
    }
  }

  @Test func aNewTraceIsSampledAtTheRate() {
    var random = Random(seed: 11)
    let empty = MessageHead()
    for rate in [0.0, 0.1, 0.5, 1.0] {
      let sampler = Sampler(rate: rate)
      var sampled = 0
      for _ in 0..<10_000 where TraceContext.extract(from: empty, sampler: sampler, random: &random).isSampled
      {
        sampled += 1
      }
      #expect(abs(Double(sampled) / 10_000 - rate) < 0.02)
      #expect(rate != 0 || sampled == 0)
      #expect(rate != 1 || sampled == 10_000)
    }
    #expect(Sampler(rate: -1).rate == 0 && Sampler(rate: 7).rate == 1)
    #expect(Sampler(rate: 1).isSampled(.max))
  }

  @Test func removedFieldsDoNotCount() {
    var request = head([valid])
    request.remove(at: 0)
    var random = Random(seed: 1)
    let context = TraceContext.extract(from: request, sampler: Sampler(rate: 0), random: &random)
    #expect(context.startsAnew && context.formats.isEmpty)
  }

  @Test func formatsHaveNames() {
    #expect(TraceFormats(name: "b3multi") == .b3multi)
    #expect(TraceFormats(name: "zipkin") == nil)
  }
}
